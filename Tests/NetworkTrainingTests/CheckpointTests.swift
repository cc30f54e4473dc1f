import Foundation
import NetworkTraining
import Testing
import _TestSupport

@Suite("Checkpoints of training")
struct CheckpointTests {
  private let work: Workspace

  init() throws { work = try Workspace() }

  private static var start: TrainingState {
    TrainingState(
      parameters: [[1, 2, 3], [4]], momentCount: 2, statistics: ["bn.mean": [0.5, -0.5]])
  }

  private static var state: TrainingState {
    var state = start
    state.parameters[0] = [.leastNonzeroMagnitude, -0.0, 0.1]
    state.moments[1][1] = [0x1.fffffep-3]
    state.statistics["bn.mean"] = [7, 8]
    state.position.step = 12
    state.position.sample = 64
    state.position.lossSum = 0.1 + 0.2
    state.position.right = 3
    state.position.history.epochs = [
      TrainingHistory.Epoch(loss: 1.0 / 3, accuracy: nil, testRight: 2, testCount: 3, rate: 0.1)
    ]
    return state
  }

  private func fault(_ checkpoint: Checkpoint) -> String {
    do {
      return "\(String(describing: try checkpoint.read(like: Self.start)?.position.step))"
    } catch {
      return "\(error)".replacing(work.path, with: "")
    }
  }

  @Test func `every bit comes back`() throws {
    let checkpoint = Checkpoint(path: work.path("c.ckpt"), run: "a")
    #expect(try checkpoint.read(like: Self.start) == nil)
    try checkpoint.write(Self.start)
    try checkpoint.write(Self.state)
    let found = try #require(try checkpoint.read(like: Self.start))
    #expect(found == Self.state)
    // Zeros of both signs are equal, but not the same bits.
    #expect(found.parameters[0][1].sign == .minus)
    #expect(try work.names() == ["c.ckpt"])
  }

  @Test func `files of other runs, and files that are none`() throws {
    let path = work.path("c.ckpt")
    try Checkpoint(path: path, run: "seed 1").write(Self.state)
    #expect(
      fault(Checkpoint(path: path, run: "seed 2"))
        == "/c.ckpt: is of another run: seed 1; expected seed 2. Give another file, or remove this one"
    )
    let bytes = try work.bytes("c.ckpt")
    for count in [0, 7, 40, bytes.count - 1] {
      try work.write(bytes.prefix(count), to: "c.ckpt")
      #expect(fault(Checkpoint(path: path, run: "seed 1")).contains("is no checkpoint"))
    }
    try Checkpoint(path: path, run: "a").write(
      TrainingState(parameters: [[1, 2], [4]], momentCount: 2, statistics: [:]))
    #expect(
      fault(Checkpoint(path: path, run: "a")) == "/c.ckpt: has no 'parameter.0' of 3 float32 values"
    )
  }
}
