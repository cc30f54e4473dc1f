package import QuantizationCore
package import QuantizationKernels
package import RangeEstimation
package import ResultRecords

/// Chooses ranges on some batches of a tensor and measures them on others, or does both on all batches.
///
/// Statistics and optima of a set of batches are cached until another set is selected, so consecutive
/// cells with the same batches share them.
package struct Evaluation: Sendable {
  /// All batches of the tensor.
  let batches: TensorBatches
  /// The threads that do the work.
  let workers: Workers
  /// The batches on which ranges are chosen.
  private var chosen: CalibratedBatches
  /// The held-out batches; nil if ranges are measured on the calibration batches themselves.
  private var measured: CalibratedBatches?

  /// A set of batches and the calibration that caches their statistics.
  private struct CalibratedBatches: Sendable {
    /// The set; nil for all batches.
    let set: BatchSet?
    var calibration: Calibration<BatchLanes>

    init(_ set: BatchSet?, of batches: TensorBatches, _ workers: Workers) {
      self.set = set
      let all = batches.lanes
      let lanes = set.map { $0.batches(of: all.count).map { all[$0] } } ?? all
      calibration = Calibration(batches: lanes, workers: workers)
    }
  }

  /// Creates an evaluation; it reads nothing yet.
  ///
  /// - Parameter workers: The threads that do the work. Their number does not affect results.
  package init(_ batches: TensorBatches, workers: Workers = .one) {
    self.batches = batches
    self.workers = workers
    chosen = CalibratedBatches(nil, of: batches, workers)
  }

  /// The number of values in all batches, including dropped ones.
  var elementCount: Int {
    batches.lanes.reduce(0) { count, batch in
      count + (0..<batch.laneCount).reduce(0) { $0 + batch.shape(ofLane: $1).count }
    }
  }

  /// The number of lanes.
  package var laneCount: Int { batches.laneCount }

  /// The number of values that are dropped because they are not finite.
  package var dropped: Int { batches.dropped }

  /// Selects the calibration batches and the held-out batches; nil selects all batches for both.
  package mutating func select(_ split: CalibrationSplit?) {
    if chosen.set != split?.calibration {
      chosen = CalibratedBatches(split?.calibration, of: batches, workers)
    }
    if measured?.set != split?.heldOut {
      measured = split.map { CalibratedBatches($0.heldOut, of: batches, workers) }
    }
  }

  /// Computes several statistics in one pass over the calibration batches.
  ///
  /// - Returns: For each statistic that was not cached, the seconds that it would have taken alone.
  mutating func prepare(
    _ statistics: [any LaneStatistics.Type]
  ) throws -> [ObjectIdentifier: Double] {
    try chosen.calibration.prepare(statistics)
  }

  /// The statistics of the calibration batches that an estimator uses on a grid.
  func statistics(
    neededFor estimator: some RangeRule, on grid: CodeGrid
  ) -> [any LaneStatistics.Type] {
    chosen.calibration.statistics(neededFor: estimator, on: grid)
  }

  /// The statistics that the search for the optimum uses; none if batches are held out.
  func statistics(neededForOptimumOn grid: CodeGrid) -> [any LaneStatistics.Type] {
    measured == nil ? chosen.calibration.statistics(neededForOptimumOn: grid) : []
  }

  /// A statistic of each lane of the calibration batches.
  mutating func statistics<Statistics: LaneStatistics>(
    _ type: Statistics.Type
  ) throws -> [Statistics] {
    try chosen.calibration.statistics(type)
  }

  /// The quantizer that an estimator chooses for each lane of the calibration batches.
  package mutating func parameters(
    of estimator: any RangeRule, on grid: CodeGrid
  ) throws -> [QuantizationParameters] {
    try chosen.calibration.parameters(of: estimator, on: grid)
  }

  /// A percentile of the magnitudes in each lane of the calibration batches.
  mutating func magnitudes(percentile: Double) throws -> [Double] {
    try chosen.calibration.magnitudes(percentile: percentile)
  }

  /// The error of quantizers on the measured batches.
  package func error(with parameters: [QuantizationParameters]) throws -> ErrorSums {
    try errors(with: [parameters])[0]
  }

  /// The errors of several choices of quantizers, measured in one pass over the batches.
  ///
  /// - Parameter feed: Receives all values in the same pass, if there is one lane.
  func errors(
    with choices: [[QuantizationParameters]], feeding feed: (([Float]) throws -> Void)? = nil
  ) throws -> [ErrorSums] {
    let calibration = (measured ?? chosen).calibration
    guard let feed else { return try calibration.errors(with: choices) }
    return try calibration.errors(with: choices, feeding: feed)
  }

  /// The error of quantizers on the measured batches with a number subtracted from the values of each lane.
  func errors(with parameters: [QuantizationParameters], above lows: [Float]) throws -> ErrorSums {
    let lanes = (measured ?? chosen).calibration.batches.map { ShiftedLanes($0, lows: lows) }
    return try Calibration(batches: lanes, workers: workers).error(with: parameters)
  }

  /// The certified optimum of the measured batches: no range has less error on them.
  ///
  /// E4M3 scales are multiples of one scale of the whole tensor. That scale comes from the calibration
  /// batches, here and below, because it is the one that is deployed.
  package mutating func optimum(on grid: CodeGrid) throws -> CertifiedOptimum? {
    let grid = try chosen.calibration.resolved(grid)
    return try ofMeasured { try $0.optimum(on: grid) }
  }

  /// The quantizers of the optimum of the measured batches, and its gap; nil above 8 bits.
  mutating func laneOptima(on grid: CodeGrid) throws -> LaneOptima? {
    let grid = try chosen.calibration.resolved(grid)
    return try ofMeasured { try $0.laneOptima(on: grid) }
  }

  /// Finds the optima of the measured batches and returns the seconds that each took.
  mutating func findOptima(on grids: [CodeGrid]) throws -> [Double] {
    let grids = try grids.map { try chosen.calibration.resolved($0) }
    return try ofMeasured { try $0.findOptima(on: grids) }
  }

  /// Records the measured error of the quantizers of the optimum.
  mutating func certify(on grid: CodeGrid, measured sums: ErrorSums) throws {
    let grid = try chosen.calibration.resolved(grid)
    ofMeasured { _ = $0.certify(on: grid, measured: sums) }
  }

  private mutating func ofMeasured<Result>(
    _ body: (inout Calibration<BatchLanes>) throws -> Result
  ) rethrows -> Result {
    guard var held = measured else { return try body(&chosen.calibration) }
    // Moved, not copied: its statistics may be large.
    measured = nil
    defer { measured = held }
    return try body(&held.calibration)
  }
}
