public import QuantizationCore

/// Statistics, decisions and errors of one tensor cut into lanes.
///
/// A statistic is observed in one pass and kept, so that every estimator, bit width and scheme that
/// needs the same one shares it. A range that is to be used on other values than those it was chosen
/// on is measured by the calibration of the others: `error(with:)` takes any quantizers.
public struct Calibration<Source: LaneSource>: Sendable {
  let batches: [Source]
  /// Who does the work.
  let workers: Workers
  private var columns: [ObjectIdentifier: any Sendable] = [:]
  /// The certified optima found so far: `mse` and every regret on a grid share one search.
  var optima: [CodeGrid: LaneOptima] = [:]

  /// Prepares the calibration of a tensor; nothing is read yet.
  public init(_ source: Source, workers: Workers = .one) {
    self.init(batches: [source], workers: workers)
  }

  /// Prepares the calibration of a tensor that comes in batches; nothing is read yet.
  ///
  /// A lane is what all batches have of it, one after the other. The batches are read in order, and
  /// rules that look at calibration batches one by one are told where each ends.
  ///
  /// - Parameters:
  ///   - batches: One or more, all with the same number of lanes.
  ///   - workers: Who does the work; their number shows in no result.
  public init(batches: [Source], workers: Workers = .one) {
    precondition(
      !batches.isEmpty && batches.allSatisfy { $0.laneCount == batches[0].laneCount },
      "one or more batches of the same lanes")
    self.batches = batches
    self.workers = workers
  }

  /// The quantizer of each lane.
  ///
  /// A lane without values gets the degenerate quantizer.
  ///
  /// - Throws: ``EstimationError``, or what reading the source throws.
  public mutating func parameters(
    of estimator: some RangeEstimator, on grid: CodeGrid
  ) throws -> [QuantizationParameters] {
    let grid = try resolved(grid)
    let descriptor = type(of: estimator).descriptor
    guard descriptor.takesAnyLevels || grid.family.table == nil else {
      throw EstimationError.notDefined(reason: "\(grid): its levels are not evenly spaced")
    }
    if descriptor.picksOptimum, let optima = try laneOptima(on: grid) {
      return optima.parameters
    }
    let lanes = try statistics(for: estimator)
    return try laneBlocks.map { block in
      try lanes[block].map { lane in
        lane.count == 0
          ? QuantizationParameters(scale: 0, grid: grid)
          : try estimator.parameters(from: lane, on: grid)
      }
    }
  }

  /// The quantizer of each lane by an estimator that is known by name, such as `"mse"` or
  /// `"percentile[p=99.9]"`.
  ///
  /// - Parameters:
  ///   - estimator: The name, with parameters where they are not the defaults.
  ///   - registry: The estimators that there are.
  ///   - grid: The codes to use.
  /// - Throws: ``EstimatorError`` where the text names none, and what
  ///   estimating throws.
  public mutating func parameters(
    of estimator: String, in registry: EstimatorRegistry = .builtIn, on grid: CodeGrid
  ) throws -> [QuantizationParameters] {
    try parameters(of: registry.parse(estimator).estimator, on: grid)
  }

  /// A format below the scale of the whole tensor, where it has one.
  ///
  /// A scale of E4M3 is below a Float32 `max|x| / (outermost level * 448)` of all lanes, as NVIDIA
  /// ModelOpt has it: the block with the largest magnitude then has the largest scale.
  ///
  /// - Throws: What reading the source throws.
  package mutating func resolved(_ grid: CodeGrid) throws -> CodeGrid {
    guard grid.scaleFormat == .e4m3, grid.unit == nil else { return grid }
    let largest = try statistics(ExtremaStatistics.self).reduce(0) {
      max($0, -$1.range.lower, $1.range.upper)
    }
    let unit = Float(largest / (grid.outermostLevel * ScaleFormat.e4m3.most))
    return grid.below(unit.isNormal ? unit : 1)
  }

  /// Reads the lanes into the statistic an estimator will ask for on a grid, unless it is kept
  /// already or none is needed: what its first decision would wait for.
  ///
  /// - Throws: What reading the source throws.
  public mutating func prepare(for estimator: some RangeEstimator, on grid: CodeGrid) throws {
    if type(of: estimator).descriptor.picksOptimum && grid.bits.fitsByte {
      return try prepareOptimum(on: grid)
    }
    _ = try statistics(for: estimator)
  }

  /// Reads the lanes into the statistic that the search for the optimum needs on a grid of at most 8
  /// bits, unless it is kept already or none is needed.
  ///
  /// - Throws: What reading the source throws.
  package mutating func prepareOptimum(on grid: CodeGrid) throws {
    if !isOfShortLanes(on: grid) { _ = try sampleStatistics() }
  }

  private mutating func statistics<Estimator: RangeEstimator>(
    for estimator: Estimator
  ) throws -> [Estimator.Statistics] {
    try statistics(Estimator.Statistics.self)
  }

  /// Whether the tensor is many lanes, each in one piece and better evaluated value by value on a
  /// grid.
  ///
  /// One lane alone is sorted first, so that the order of its values cannot show.
  func isOfShortLanes(on grid: CodeGrid) -> Bool {
    laneCount > 1 && batches.count == 1
      && (0..<laneCount).allSatisfy { ShortLane.isShort(shape(ofLane: $0).count, on: grid) }
  }

  /// The sorted values of each lane.
  mutating func sampleStatistics() throws -> [SampleStatistics] {
    try statistics(SampleStatistics.self)
  }

  private mutating func statistics<Statistics: LaneStatistics>(
    _ type: Statistics.Type
  ) throws -> [Statistics] {
    let key = ObjectIdentifier(type)
    if let known = columns[key] as? [Statistics] { return known }
    let source = self
    let lanes = try laneBlocks.map { try source.sealed(type, ofLanes: $0) }
    columns[key] = lanes
    return lanes
  }

  /// The statistics of some lanes, after one pass over them.
  private func sealed<Statistics: LaneStatistics>(
    _ type: Statistics.Type, ofLanes block: Range<Int>
  ) throws -> [Statistics] {
    var lanes = block.map { Statistics(shape: shape(ofLane: $0)) }
    for batch in batches {
      for (place, index) in block.enumerated() {
        lanes[place].beginBatch(shape: batch.shape(ofLane: index))
      }
      if laneCount == 1 {
        try batch.observe(into: &lanes[0], workers: workers)
      } else {
        try batch.forEachSpan(ofLanes: block) { lanes[$0 - block.lowerBound].observe($1) }
      }
      for place in lanes.indices { lanes[place].endBatch() }
    }
    for place in lanes.indices { lanes[place].seal() }
    return lanes
  }

  /// How the lanes are cut among workers.
  var laneBlocks: LaneBlocks { LaneBlocks(laneCount: laneCount, workers: workers) }

  /// The number of lanes.
  var laneCount: Int { batches[0].laneCount }

  /// A lane of all batches together.
  private func shape(ofLane index: Int) -> LaneShape {
    let first = batches[0].shape(ofLane: index)
    let others = batches.dropFirst().reduce(0) { $0 + $1.shape(ofLane: index).count }
    return LaneShape(count: first.count + others, rowLength: first.rowLength)
  }
}
