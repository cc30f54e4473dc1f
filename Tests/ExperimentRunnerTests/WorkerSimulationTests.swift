import ExperimentRunner
import Foundation
import Testing

/// How long numbers of workers take, for work whose answer is known.
@Suite struct WorkerSimulationTests {
  private func limits(_ workers: Int, least: Double = 0) -> Submission.Limits {
    Submission.Limits(leastSeconds: least, workers: workers)
  }

  @Test("the next chunk goes to the worker that is free first")
  func makespanByHand() {
    // The fast worker is free at 1 + 4/2 = 3 and at 3 + 1 + 6/2 = 7, the slow one at 1 + 5 = 6 and, with the last,
    // at 6 + 1 + 1 = 8.
    let makespan = { WorkerSimulation.makespan(of: $0, on: [2, 1], startup: 1) }
    #expect(makespan([4, 5, 6]) == 7)
    #expect(makespan([4, 5, 6, 1]) == 8)
    #expect(makespan([]) == 0)
  }

  @Test(
    "the heap of workers does what a search of all does", arguments: [1, 2, 3, 7, 64, 1000])
  func agreesWithSearch(_ workers: Int) throws {
    let speeds = try WorkerSimulation.speeds(of: workers)
    let loads = (0..<3000).map { Double($0 * 7919 % 3001) }
    var free = speeds.map { _ in 0.0 }
    for load in loads {
      let next = free.indices.min { free[$0] < free[$1] } ?? 0
      free[next] += 3 + load / speeds[next]
    }
    #expect(WorkerSimulation.makespan(of: loads, on: speeds, startup: 3) == free.max())
  }

  @Test("speeds differ by less than a fifth and are 1 on average", arguments: [1, 2, 5, 1000])
  func speedsOfWorkers(_ workers: Int) throws {
    let speeds = try WorkerSimulation.speeds(of: workers)
    #expect(speeds.count == workers && speeds.allSatisfy { 0.8 < $0 && $0 < 1.2 })
    // Sums of up to a thousand numbers near 1, each rounded by half a unit of 2^-43 at most.
    #expect(abs(speeds.reduce(0, +) / Double(workers) - 1) < 1e-12)
    #expect(workers < 3 || speeds != speeds.sorted())
  }

  @Test("without errors and start-up, one worker takes the sum, and many the dearest cell")
  func exactWork() throws {
    // Two items of 4 cells, 10 s each, one of which is 40 s; 5 s are shared in each.
    let costs = [10e9, 10e9, 40e9, 10e9, 10e9, 10e9, 10e9, 10e9]
    let pieces = [
      PlanPiece(cells: [0..<4], profile: 0, cost: 75e9), PlanPiece(cells: [4..<8], cost: 45e9),
    ]
    let simulation = try WorkerSimulation(pieces, costs: costs, startup: 0, modelError: 0)
    #expect(simulation.seconds == 120 && simulation.dearest.seconds == 45)
    #expect(simulation.dearest.piece.cells == [2..<3])
    #expect(simulation.usefulWorkers(leastSeconds: 0) == 3)
    #expect(simulation.usefulWorkers(leastSeconds: 60) == 2)
    // Chunks of at most half of the work: the first item is cut in two, and what it shares is computed twice.
    let one = try simulation.outcome(workers: 1, limits: limits(1))
    #expect(abs(one.makespan - 125) < 1e-9 && abs(one.leastPossible - 120) < 1e-9)
    #expect(abs(one.efficiency - 120.0 / 125) < 1e-12)
    // The dearest cell starts first, on the worker that happens to be first of twenty.
    let many = try simulation.outcome(workers: 20, limits: limits(20))
    let speeds = try WorkerSimulation.speeds(of: 20)
    #expect(many.chunks == 8 && abs(many.makespan - 45 / speeds[0]) < 1e-9)
    #expect(abs(many.leastPossible - 45 / (speeds.max() ?? 0)) < 1e-9)
    let whole = try simulation.outcome(workers: 20, limits: limits(20, least: 1000))
    #expect(whole.chunks == 1 && abs(whole.makespan - 120 / speeds[0]) < 1e-9)
  }

  @Test("a network is not cut")
  func network() throws {
    let pieces = [PlanPiece(cells: [0..<4], network: 0, cost: 100e9)]
    let simulation = try WorkerSimulation(
      pieces, costs: [1e9, 1e9, 1e9, 1e9], startup: 3, modelError: 0)
    #expect(simulation.dearest.seconds == 100 && simulation.dearest.piece.network == 0)
    let outcome = try simulation.outcome(workers: 8, limits: limits(8))
    #expect(outcome.chunks == 1)
    let speeds = try WorkerSimulation.speeds(of: 8)
    #expect(abs(outcome.makespan - (3 + 100 / speeds[0])) < 1e-9)
  }

  @Test("nothing takes less than the least possible, and the same work takes the same twice")
  func lowerBound() throws {
    let costs = (0..<5000).map { 1e9 * (1 + Double($0 * 7919 % 5003) / 50) }
    let pieces = stride(from: 0, to: 5000, by: 5).map { start in
      PlanPiece(
        cells: [start..<(start + 5)],
        cost: costs[start..<(start + 5)].reduce(2e9, +))
    }
    let simulation = try WorkerSimulation(pieces, costs: costs, startup: 3)
    for workers in [1, 10, 100, 1000, 10_000] {
      let outcome = try simulation.outcome(workers: workers, limits: limits(workers, least: 60))
      #expect(outcome.leastPossible < outcome.makespan && outcome.efficiency < 1)
      let again = try WorkerSimulation(pieces, costs: costs, startup: 3)
        .outcome(workers: workers, limits: limits(workers, least: 60))
      #expect(again.makespan == outcome.makespan)
    }
  }
}
