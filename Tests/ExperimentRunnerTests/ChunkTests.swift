import ExperimentRunner
import Foundation
import Testing

/// How chunks of a submitted run share the work.
@Suite struct ChunkTests {
  /// SplitMix64, so that a test is the same on each run.
  private struct Draws: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9e37_79b9_7f4a_7c15
      var bits = state
      bits = (bits ^ bits >> 30) &* 0xbf58_476d_1ce4_e5b9
      bits = (bits ^ bits >> 27) &* 0x94d0_49bb_1331_11eb
      return bits ^ bits >> 31
    }
    mutating func lognormal(_ sigma: Double) -> Double {
      let (u, v) = (
        Double.random(in: 0x1p-53..<1, using: &self), Double.random(in: 0..<1, using: &self)
      )
      return exp(sigma * (-2 * log(u)).squareRoot() * cos(2 * .pi * v))
    }
  }

  // 30,000 items of 45 s on average, lognormal as the items of experiments/quickstart.yaml times the sizes of
  // tensors; workers differ by a fifth, the cost model is off by a factor of e^0.3 at one sigma.
  @Test(
    "shrinking chunks come within 2 % of the least possible time", arguments: [1, 4, 16, 64, 256])
  func nearTheBest(_ workers: Int) throws {
    var draws = Draws(state: 7)
    let costs = (0..<30_000).map { _ in 27 * draws.lognormal(1) }
    let pieces = costs.indices.map {
      PlanPiece(cells: [$0..<($0 + 1)], cost: costs[$0] * draws.lognormal(0.3) * 1e9)
    }
    let speeds = try WorkerSimulation.speeds(of: workers)
    let chunks = PlanCut.chunks(
      pieces, costs: [], workers: workers, least: 60e9, most: max(64, 16 * workers))
    #expect(chunks.count <= max(64, 16 * workers))
    #expect(chunks.joined().map(\.place).sorted() == Array(costs.indices))
    let loads = chunks.map { $0.reduce(0) { $0 + costs[$1.place] } }
    let sum = costs.reduce(0, +)
    let best = max(sum / speeds.reduce(0, +), (costs.max() ?? 0) / (speeds.max() ?? 1))
    #expect(WorkerSimulation.makespan(of: loads, on: speeds, startup: 3) <= 1.02 * best)
    // One chunk for each worker, in the order of the manifest, is what this is for.
    if workers >= 16 {
      let size = (costs.count + workers - 1) / workers
      let even = stride(from: 0, to: costs.count, by: size).map {
        costs[$0..<min($0 + size, costs.count)].reduce(0, +)
      }
      #expect(WorkerSimulation.makespan(of: even, on: speeds, startup: 3) > 1.1 * best)
    }
  }

  @Test("there are never more chunks than allowed, nor smaller ones than are worth it")
  func limits() {
    let pieces = (0..<500).map { PlanPiece(cells: [$0..<($0 + 1)], cost: 1e9) }
    for most in [1, 3, 16, 100] {
      let chunks = PlanCut.chunks(pieces, costs: [], workers: 8, least: 0, most: most)
      #expect(chunks.count <= most && chunks.joined().count == 500)
    }
    let few = PlanCut.chunks(pieces, costs: [], workers: 8, least: 60e9, most: 1000)
    #expect(few.dropLast().allSatisfy { $0.count >= 60 })
    #expect(PlanCut.chunks([], costs: [], workers: 8, least: 0, most: 10).isEmpty)
  }

  @Test("a piece that is dearer than a chunk is cut between cells, the profile goes with the first")
  func cutsDearPieces() {
    let costs = [Double](repeating: 10, count: 8)
    let piece = PlanPiece(cells: [0..<3, 4..<8], profile: 5, cost: 71)
    let chunks = PlanCut.chunks([piece], costs: costs, workers: 2, least: 0, most: 100)
    #expect(chunks.joined().flatMap(\.cells).flatMap(Array.init).sorted() == [0, 1, 2, 4, 5, 6, 7])
    #expect(chunks.count >= 4 && chunks.joined().count { $0.profile == 5 } == 1)
    // 1 of the 71 is shared by the cells, and so is part of each.
    #expect(chunks.joined().allSatisfy { $0.cost == 1 + 10 * Double($0.cells.joined().count) })
  }
}
