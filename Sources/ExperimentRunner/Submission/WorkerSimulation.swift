internal import Foundation
internal import ScientificMath

/// How long a submitted experiment would take on some number of workers, by the cut and the cost model of
/// ``Submission``.
///
/// Workers take the next chunk as soon as they are free, as the tasks of an array do. They differ in speed
/// by up to 20 %, one second of the model is one second on a worker of speed 1, and the model is wrong: what an
/// item really takes is `cost x exp(0.3 g - 0.3^2 / 2)` with g standard normal, whose mean is the cost. All
/// draws have a fixed seed, so the same work gives the same answer.
///
/// Not simulated: the queue of a cluster, workers that die, and the file system.
package struct WorkerSimulation: Sendable {
  /// What a number of workers would do.
  package struct Outcome: Sendable {
    /// The number of workers.
    package let workers: Int
    /// The number of chunks.
    package let chunks: Int
    /// The seconds until the last worker is done.
    package let makespan: Double
    /// The seconds that no cut and no order can go below: all work at once on all workers, or the dearest
    /// piece on the fastest.
    package let leastPossible: Double
    /// The share of the workers' time in which they compute: work / (workers x makespan).
    package let efficiency: Double
  }

  /// The seconds of everything on one core, by the cost model.
  package let seconds: Double
  /// What cannot be cut and takes longest: a cell with what it shares, all of a network, or a profile.
  package let dearest: (piece: PlanPiece, seconds: Double)

  private let pieces: [PlanPiece]
  private let costs: [Double]
  private let startup: Double
  /// What the cost of each cell is to be multiplied with, by place.
  private let errors: [Double]

  /// - Parameters:
  ///   - pieces: What is to be computed.
  ///   - costs: The nanoseconds of each cell by place, without what cells share; empty where no piece has to be
  ///     cut.
  ///   - startup: The seconds that starting a chunk takes.
  ///   - modelError: The standard deviation of the logarithm of real over predicted cost.
  /// - Throws: `GSLError` where memory runs out.
  package init(
    _ pieces: [PlanPiece], costs: [Double], startup: Double, modelError: Double = 0.3
  ) throws {
    (self.pieces, self.costs, self.startup) = (pieces, costs, startup)
    seconds = pieces.reduce(0) { $0 + $1.cost } / 1e9
    var source = try RandomSource(seed: Self.seed)
    // A piece without a cell has a place of its tensor.
    let places = pieces.reduce(0) { max($0, $1.cells.last?.upperBound ?? 0, $1.place + 1) }
    var errors = [Double](repeating: 1, count: places)
    var dearest = (piece: PlanPiece(cells: [], cost: 0), seconds: 0.0)
    for piece in pieces {
      let error = exp(modelError * source.gaussian() - modelError * modelError / 2)
      errors[piece.place] = error
      for place in piece.cells.joined() { errors[place] = error }
      let whole = PlanCut.dearest(of: piece, costs)
      if whole.cost > dearest.seconds * 1e9 { dearest = (whole, whole.cost / 1e9) }
    }
    (self.errors, self.dearest) = (errors, dearest)
  }

  /// Simulates what is missing of a plan.
  ///
  /// - Parameter plan: A whole plan with an outline (``PartRequest/all``).
  /// - Throws: `GSLError` where memory runs out.
  package init(of plan: ExperimentPlan, startup: Double) throws {
    try self.init(plan.missingPieces(), costs: plan.outline?.costs ?? [], startup: startup)
  }

  /// The number of workers from which on more of them gain nothing: all work / the longest of the dearest piece
  /// and the least chunk.
  package func usefulWorkers(leastSeconds: Double) -> Int {
    max(1, Int((seconds / max(dearest.seconds, leastSeconds, 1e-9)).rounded(.up)))
  }

  /// Simulates a number of workers.
  ///
  /// - Throws: `GSLError` where memory runs out.
  /// - Complexity: O(n log n + chunks log(workers)) for n cells, of which there are fewer where items stay whole.
  package func outcome(workers: Int, limits: Submission.Limits) throws -> Outcome {
    let chunks = PlanCut.chunks(
      pieces, costs: costs, workers: workers, least: limits.leastSeconds * 1e9,
      most: limits.mostChunks)
    let loads = chunks.map { $0.reduce(0) { $0 + $1.cost * errors[$1.place] } / 1e9 }
    let speeds = try Self.speeds(of: workers)
    let makespan = Self.makespan(of: loads, on: speeds, startup: startup)
    let work = pieces.reduce(0) { $0 + $1.cost * errors[$1.place] } / 1e9
    let dearest =
      pieces.reduce(0) { max($0, PlanCut.dearest(of: $1, costs).cost * errors[$1.place]) } / 1e9
    return Outcome(
      workers: workers, chunks: chunks.count, makespan: makespan,
      leastPossible: max(work / speeds.reduce(0, +), dearest / (speeds.max() ?? 1)),
      efficiency: makespan > 0 ? work / (Double(workers) * makespan) : 1)
  }

  /// Speeds from 0.8 to 1.2 in equal steps, whose mean is 1, in an order drawn once.
  ///
  /// - Throws: `GSLError` where memory runs out.
  package static func speeds(of workers: Int) throws -> [Double] {
    var source = try RandomSource(seed: seed)
    var draws: [(key: Double, speed: Double)] = []
    for index in 0..<workers {
      draws.append((source.uniform(), 0.8 + 0.4 * (Double(index) + 0.5) / Double(workers)))
    }
    return draws.sorted { $0.key < $1.key }.map(\.speed)
  }

  /// The seconds until the last worker is done, each of which takes the next chunk as soon as it is free.
  ///
  /// - Parameters:
  ///   - loads: The seconds of each chunk on a worker of speed 1, in the order in which they are taken.
  ///   - startup: The seconds that starting a chunk takes on any worker.
  /// - Complexity: O(loads x log(speeds)).
  package static func makespan(
    of loads: [Double], on speeds: [Double], startup: Double
  ) -> Double {
    var free = LeastFirst(count: speeds.count)
    for load in loads { _ = free.add { startup + load / speeds[$0] } }
    return free.greatest
  }

  private static let seed: UInt64 = 1
}
