import Foundation
import GradientGraphs
import ModelFiles
import NetworkEvaluation
import NetworkRuntime
import NetworkTraining
import Testing
import _TestSupport

@Suite("The loop of training", .enabled(if: runtime != nil))
struct TrainerTests {
  private let fixtures: TrainingFixtures

  init() throws { fixtures = try TrainingFixtures() }

  private static let plan = TrainingPlan(
    epochs: 6, batchSize: 32, rate: 0.02, warmUpEpochs: 0.5, seed: 3)

  @Test func `one step of a linear layer, by hand`() throws {
    let model = try Model(
      name: "line", operatorSet: 17,
      inputs: [ModelPort(name: "x", type: .float32, shape: [nil, 2])],
      outputs: [ModelPort(name: "y", type: .float32, shape: [nil, 3])],
      nodes: [Node("Gemm", name: "fc", inputs: ["x", "w", "b"], outputs: ["y"])],
      initializers: [
        ModelTensor(name: "w", shape: [2, 3], [Float](repeating: 0, count: 6)),
        ModelTensor(name: "b", shape: [3], [0, 0, 0]),
      ])
    let samples = try fixtures.samples(1, for: model)
    let plan = TrainingPlan(
      epochs: 1, batchSize: 1, optimizer: Optimizer(.momentum(0.9)), rate: 0.5)
    var trainer = try TrainingFixtures.trainer(.float(model, .frozen), samples, plan)
    try trainer.run(judge: { _ in nil })
    // All logits are 0: the loss is log 3, and its slope is p - y = [1/3 - 1, 1/3, 1/3] times x.
    let x = try samples.batch([0])["x"]?.floats ?? []
    let slope: [Float] = [1.0 / 3 - 1, 1.0 / 3, 1.0 / 3]
    let weights = x.flatMap { value in slope.map { -0.5 * value * $0 } }
    for (found, expected) in [("w", weights), ("b", slope.map { -0.5 * $0 })] {
      let values = trainer.values[found] ?? []
      // Some roundings of numbers near 1.
      #expect(values.count == expected.count)
      #expect(zip(values, expected).allSatisfy { abs($0 - $1) < 1e-6 })
    }
    let epoch = try #require(trainer.state.position.history.epochs.first)
    #expect(abs(epoch.loss - log(3)) < 1e-6 && epoch.accuracy == 1 && epoch.testRight == nil)
    #expect(epoch.rate == 0.5)
  }

  @Test func `points of three classes are learned`() throws {
    let model = try TrainingFixtures.spec.model(seed: 1)
    let samples = try fixtures.samples(for: model)
    let test = try fixtures.samples(300, seed: 2, for: model)
    var trainer = try TrainingFixtures.trainer(.float(model, .batch), samples, Self.plan)
    var shown: [Trainer.Progress] = []
    try trainer.run(
      judge: { (try TrainingFixtures.right(model.replacing($0), test), 300) },
      progress: { shown.append($0) })
    let epochs = trainer.state.position.history.epochs
    #expect(epochs.count == 6 && epochs[5].loss < epochs[0].loss / 2)
    // Noise of at most 0.5 along each axis leaves the classes apart.
    #expect(epochs[5].testAccuracy == 1)
    #expect(
      epochs[5].testRight == (try TrainingFixtures.right(model.replacing(trainer.values), test)))
    // 150 samples are four steps of 32 and one of 22.
    #expect(shown.count == 30 && shown.map(\.done).suffix(2) == [878, 900].map { $0 })
    #expect(shown.last?.all == 900 && shown.first?.epoch == 1 && shown.last?.epoch == 6)
  }

  private struct Interruption: Error {}

  @Test(arguments: [1, 4, 5, 6, 17, 29])
  func `a run that is interrupted ends in the same bits`(step: Int) throws {
    let model = try TrainingFixtures.spec.model(seed: 1)
    let samples = try fixtures.samples(for: model)
    func trainer() throws -> Trainer {
      try TrainingFixtures.trainer(.float(model, .batch), samples, Self.plan)
    }
    var whole = try trainer()
    try whole.run(judge: { _ in nil })
    let checkpoint = Checkpoint(path: fixtures.work.path("run.ckpt"), run: "run")
    var first = try trainer()
    var steps = 0
    #expect(throws: Interruption.self) {
      try first.run(checkpoint: checkpoint, every: 0, judge: { _ in nil }) { _ in
        steps += 1
        if steps == step { throw Interruption() }
      }
    }
    var second = try trainer()
    var further = 0
    try second.run(checkpoint: checkpoint, every: 1000, judge: { _ in nil }) { _ in further += 1 }
    #expect(second.state == whole.state)
    // Steps whose state was kept are not made again.
    #expect(further == 30 - (step - 1))
    // Another order is another result.
    var plan = Self.plan
    plan.seed += 1
    var other = try TrainingFixtures.trainer(.float(model, .batch), samples, plan)
    try other.run(judge: { _ in nil })
    #expect(other.state.parameters != whole.state.parameters)
  }

  @Test func `zeros are kept where asked for`() throws {
    var model = try TrainingFixtures.spec.model(seed: 1)
    let place = try #require(model.initializers.firstIndex { $0.shape == [12, 2] })
    let name = model.initializers[place].name
    var weights = model.initializers[place].floats ?? []
    for index in stride(from: 0, to: 24, by: 2) { weights[index] = 0 }
    model.initializers[place] = ModelTensor(name: name, shape: [12, 2], weights)
    let samples = try fixtures.samples(for: model)
    for keepsZeros in [true, false] {
      var plan = Self.plan
      plan.keepsZeros = keepsZeros
      var trainer = try TrainingFixtures.trainer(.float(model, .batch), samples, plan)
      try trainer.run(judge: { _ in nil })
      let values = trainer.values[name] ?? []
      let zeros = stride(from: 0, to: 24, by: 2).count { values[$0] == 0 }
      #expect(zeros == (keepsZeros ? 12 : 0))
      #expect(stride(from: 1, to: 24, by: 2).allSatisfy { values[$0] != weights[$0] })
    }
  }

  @Test func `a loss that is no number ends the run`() throws {
    let model = try TrainingFixtures.spec.model(seed: 1)
    let samples = try fixtures.samples(for: model)
    let plan = TrainingPlan(
      epochs: 60, batchSize: 8, optimizer: Optimizer(.momentum(0.9)), rate: 1e30)
    var trainer = try TrainingFixtures.trainer(.float(model, .batch), samples, plan)
    #expect(throws: TrainingError.self) { try trainer.run(judge: { _ in nil }) }
  }
}
