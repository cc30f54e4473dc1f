package import QuantizationCore
package import QuantizationKernels
package import RangeEstimation
package import ResultRecords

/// Chooses ranges on some batches of a tensor and measures them on others, or does both on all.
///
/// Statistics and optima of a set of batches are kept until another set is asked for: cells that
/// follow each other with the same batches share them.
package struct Evaluation: Sendable {
  /// All batches of the tensor.
  let batches: TensorBatches
  /// Who does the work.
  let workers: Workers
  private var chosen: Part
  /// Nothing where ranges are measured on what they were chosen on.
  private var measured: Part?

  private struct Part: Sendable {
    let set: BatchSet?
    var calibration: Calibration<BatchLanes>

    init(_ set: BatchSet?, of batches: TensorBatches, _ workers: Workers) {
      self.set = set
      let all = batches.lanes
      let lanes = set.map { $0.batches(of: all.count).map { all[$0] } } ?? all
      calibration = Calibration(batches: lanes, workers: workers)
    }
  }

  /// Prepares the evaluation; nothing is read yet.
  ///
  /// - Parameter workers: Who does the work; their number shows in no result.
  package init(_ batches: TensorBatches, workers: Workers = .one) {
    self.batches = batches
    self.workers = workers
    chosen = Part(nil, of: batches, workers)
  }

  /// The number of values in all batches, those left out included.
  var elementCount: Int {
    batches.lanes.reduce(0) { count, batch in
      count + (0..<batch.laneCount).reduce(0) { $0 + batch.shape(ofLane: $1).count }
    }
  }

  /// The number of lanes.
  package var laneCount: Int { batches.laneCount }

  /// How many values of all batches are not finite and left out.
  package var dropped: Int { batches.dropped }

  /// Says which batches are calibrated on and which are measured; nil for all of them, both times.
  package mutating func select(_ split: CalibrationSplit?) {
    if chosen.set != split?.calibration { chosen = Part(split?.calibration, of: batches, workers) }
    if measured?.set != split?.heldOut {
      measured = split.map { Part($0.heldOut, of: batches, workers) }
    }
  }

  /// Reads the batches that are calibrated on once, into several statistics.
  ///
  /// - Returns: The seconds that each would have taken alone, of those that were read.
  mutating func prepare(
    _ statistics: [any LaneStatistics.Type]
  ) throws -> [ObjectIdentifier: Double] {
    try chosen.calibration.prepare(statistics)
  }

  /// The statistics of the batches that are calibrated on which an estimator asks for on a grid.
  func statistics(
    neededFor estimator: some RangeRule, on grid: CodeGrid
  ) -> [any LaneStatistics.Type] {
    chosen.calibration.statistics(neededFor: estimator, on: grid)
  }

  /// The statistics that the search for the optimum asks for, where ranges are measured on what they
  /// are chosen on.
  func statistics(neededForOptimumOn grid: CodeGrid) -> [any LaneStatistics.Type] {
    measured == nil ? chosen.calibration.statistics(neededForOptimumOn: grid) : []
  }

  /// A statistic of each lane, from the batches that are calibrated on.
  mutating func statistics<Statistics: LaneStatistics>(
    _ type: Statistics.Type
  ) throws -> [Statistics] {
    try chosen.calibration.statistics(type)
  }

  /// The quantizer of each lane, from the batches that are calibrated on.
  package mutating func parameters(
    of estimator: any RangeRule, on grid: CodeGrid
  ) throws -> [QuantizationParameters] {
    try chosen.calibration.parameters(of: estimator, on: grid)
  }

  /// A percentile of the magnitudes in each lane, from the batches that are calibrated on.
  mutating func magnitudes(percentile: Double) throws -> [Double] {
    try chosen.calibration.magnitudes(percentile: percentile)
  }

  /// The error on the batches that are measured.
  package func error(with parameters: [QuantizationParameters]) throws -> ErrorSums {
    try errors(with: [parameters])[0]
  }

  /// The errors of several choices of quantizers, measured in one pass over the batches.
  ///
  /// - Parameter feed: Is given all values of the only lane in the same pass.
  func errors(
    with choices: [[QuantizationParameters]], feeding feed: (([Float]) throws -> Void)? = nil
  ) throws -> [ErrorSums] {
    let calibration = (measured ?? chosen).calibration
    guard let feed else { return try calibration.errors(with: choices) }
    return try calibration.errors(with: choices, feeding: feed)
  }

  /// The certified optimum of the batches that are measured: no range has less error on them,
  /// whatever it was chosen on.
  ///
  /// A scale of the whole tensor, which scales of E4M3 are below, is that of the batches that are
  /// calibrated on, here and below: no other is deployed.
  package mutating func optimum(on grid: CodeGrid) throws -> CertifiedOptimum? {
    let grid = try chosen.calibration.resolved(grid)
    return try ofMeasured { try $0.optimum(on: grid) }
  }

  /// The quantizers of the optimum of the batches that are measured, and its gap; nothing for grids of
  /// more than 8 bits.
  mutating func optimalQuantizers(on grid: CodeGrid) throws -> LaneOptima? {
    let grid = try chosen.calibration.resolved(grid)
    return try ofMeasured { try $0.laneOptima(on: grid) }
  }

  /// Finds the optima of the batches that are measured; the seconds that each took.
  mutating func findOptima(on grids: [CodeGrid]) throws -> [Double] {
    let grids = try grids.map { try chosen.calibration.resolved($0) }
    return try ofMeasured { try $0.findOptima(on: grids) }
  }

  /// The quantizers of the optimum of the batches that are measured, until they are measured.
  mutating func unmeasuredOptimum(on grid: CodeGrid) throws -> [QuantizationParameters]? {
    let grid = try chosen.calibration.resolved(grid)
    return try ofMeasured { try $0.unmeasuredOptimum(on: grid) }
  }

  /// Takes note of the error of those quantizers.
  mutating func certify(on grid: CodeGrid, measured sums: ErrorSums) throws {
    let grid = try chosen.calibration.resolved(grid)
    ofMeasured { _ = $0.certify(on: grid, measured: sums) }
  }

  private mutating func ofMeasured<Result>(
    _ body: (inout Calibration<BatchLanes>) throws -> Result
  ) rethrows -> Result {
    guard var part = measured else { return try body(&chosen.calibration) }
    // Moved, not copied: its statistics may be large.
    measured = nil
    defer { measured = part }
    return try body(&part.calibration)
  }
}
