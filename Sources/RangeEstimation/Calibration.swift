public import QuantizationCore

/// Statistics, decisions and errors of one tensor cut into lanes.
///
/// A statistic is computed in one pass and cached: all estimators, bit widths and schemes that use it
/// share it. To measure quantizers on other values than those they were chosen on, pass them to
/// ``error(with:)`` of the calibration of those other values.
public struct Calibration<Source: LaneSource>: Sendable {
  package let batches: [Source]
  /// The threads that do the work.
  let workers: Workers
  private var columns: [ObjectIdentifier: any ObservedColumn] = [:]
  /// The certified optima found so far.
  ///
  /// The estimator `mse` and all regrets on a grid share one search.
  var optima: [CodeGrid: LaneOptima] = [:]

  /// Prepares the calibration of a tensor; nothing is read yet.
  public init(_ source: Source, workers: Workers = .one) {
    self.init(batches: [source], workers: workers)
  }

  /// Prepares the calibration of a tensor that comes in batches; nothing is read yet.
  ///
  /// A lane consists of its values in all batches, one batch after the other. The batches are read in
  /// order, and each statistic learns where a batch ends.
  ///
  /// - Parameters:
  ///   - batches: One or more batches, all with the same number of lanes.
  ///   - workers: The threads that do the work. Their number does not affect results.
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
  /// - Throws: ``EstimationError``, or the errors of reading the source.
  public mutating func parameters(
    of estimator: some RangeRule, on grid: CodeGrid
  ) throws -> [QuantizationParameters] {
    let grid = try resolved(grid)
    if estimator.descriptor.picksOptimum, let optima = try laneOptima(on: grid) {
      return optima.parameters
    }
    let lanes = try statistics(for: estimator)
    return try laneBlocks.map { try estimator.quantizers(of: lanes[$0], on: grid) }
  }

  /// The quantizer of each lane, by the name of an estimator such as `"mse"` or
  /// `"percentile[p=99.9]"`.
  ///
  /// - Parameters:
  ///   - estimator: The name, with those parameters that differ from the defaults.
  ///   - registry: The estimators to choose from.
  ///   - grid: The number format.
  /// - Throws: ``EstimatorError`` if the registry has no such estimator, ``EstimationError``, or the
  ///   errors of reading the source.
  public mutating func parameters(
    of estimator: String, in registry: EstimatorRegistry = .builtIn, on grid: CodeGrid
  ) throws -> [QuantizationParameters] {
    try parameters(of: registry.parse(estimator).estimator, on: grid)
  }

  /// The number format with the scale of the whole tensor filled in; the format itself if its lanes
  /// do not depend on such a scale.
  ///
  /// - Throws: The errors of reading the source.
  package mutating func resolved(_ grid: CodeGrid) throws -> CodeGrid {
    guard grid.scaleFormat == .e4m3, grid.unit == nil else { return grid }
    return grid.below(try statistics(ExtremaStatistics.self))
  }

  /// The statistics that an estimator uses on a grid.
  package func statistics(
    neededFor estimator: some RangeRule, on grid: CodeGrid
  ) -> [any LaneStatistics.Type] {
    let needsNone =
      estimator.descriptor.picksOptimum && grid.bits.fitsByte && isOfShortLanes(on: grid)
    return (needsNone ? [] : [type(of: estimator).Statistics.self]) + statistics(neededFor: grid)
  }

  /// The statistics that the search for the optimum uses on a grid.
  package func statistics(neededForOptimumOn grid: CodeGrid) -> [any LaneStatistics.Type] {
    guard grid.bits.fitsByte else { return [] }
    return (isOfShortLanes(on: grid) ? [] : [SampleStatistics.self]) + statistics(neededFor: grid)
  }

  /// The statistics from which the scale of the whole tensor is computed, if the grid has one.
  private func statistics(neededFor grid: CodeGrid) -> [any LaneStatistics.Type] {
    grid.scaleFormat == .e4m3 && grid.unit == nil ? [ExtremaStatistics.self] : []
  }

  private mutating func statistics<Estimator: RangeRule>(
    for estimator: Estimator
  ) throws -> [Estimator.Statistics] {
    try statistics(Estimator.Statistics.self)
  }

  /// Whether the tensor has several lanes, comes in one batch, and each lane is so short that its
  /// error is computed value by value on a grid (see ``ShortLane``).
  ///
  /// A tensor of one lane never counts: its values are sorted first, so that their order does not
  /// affect results.
  func isOfShortLanes(on grid: CodeGrid) -> Bool {
    laneCount > 1 && batches.count == 1
      && (0..<laneCount).allSatisfy { ShortLane.isShort(shape(ofLane: $0).count, on: grid) }
  }

  /// The distribution of the values of each lane.
  mutating func sampleStatistics() throws -> [SampleStatistics] {
    try statistics(SampleStatistics.self)
  }

  /// A statistic of each lane, from the cache or after one pass over the source.
  ///
  /// - Throws: The errors of reading the source.
  package mutating func statistics<Statistics: LaneStatistics>(
    _ type: Statistics.Type
  ) throws -> [Statistics] {
    _ = try prepare([type])
    return (columns[ObjectIdentifier(type)] as? StatisticColumn<Statistics>)?.lanes ?? []
  }

  /// Computes several statistics of each lane in one pass over the source, and caches them.
  ///
  /// Does nothing for those that are cached.
  ///
  /// - Returns: For each statistic that was not cached, by its type, the seconds that it would have
  ///   taken alone: reading, and its own work.
  /// - Throws: The errors of reading the source.
  package mutating func prepare(
    _ types: [any LaneStatistics.Type]
  ) throws -> [ObjectIdentifier: Double] {
    let missing = distinct(types).filter { columns[ObjectIdentifier($0)] == nil }
    guard !missing.isEmpty else { return [:] }
    let source = self
    let start = ContinuousClock.now
    let blocks = try laneBlocks.map { [try source.observed(missing, ofLanes: $0)] }
    guard var all = blocks.first else { return [:] }
    for block in blocks.dropFirst() { all.append(block) }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let work = all.seconds.reduce(0, +)
    var charges: [ObjectIdentifier: Double] = [:]
    for (column, own) in zip(all.columns, all.seconds) {
      columns[ObjectIdentifier(column.type)] = column
      // Several workers do more than a second of work in a second.
      charges[ObjectIdentifier(column.type)] = seconds * (1 - (work - own) / max(work, seconds))
    }
    return charges
  }

  /// Computes statistics of some lanes in one pass over them.
  private func observed(
    _ types: [any LaneStatistics.Type], ofLanes block: Range<Int>
  ) throws -> LaneObserver {
    var observer = LaneObserver(types, shapes: block.map(shape(ofLane:)))
    for batch in batches {
      observer.beginBatch { batch.shape(ofLane: block.lowerBound + $0) }
      if laneCount == 1 {
        try batch.observe(into: &observer, workers: workers)
      } else {
        try batch.forEachSpan(ofLanes: block) {
          observer.observe($1, place: $0 - block.lowerBound)
        }
      }
      observer.endBatch()
    }
    observer.seal()
    return observer
  }

  /// The blocks of lanes that workers share.
  var laneBlocks: LaneBlocks { LaneBlocks(laneCount: laneCount, workers: workers) }

  /// The number of lanes.
  var laneCount: Int { batches[0].laneCount }

  /// The shape of a lane over all batches.
  private func shape(ofLane index: Int) -> LaneShape {
    let first = batches[0].shape(ofLane: index)
    let others = batches.dropFirst().reduce(0) { $0 + $1.shape(ofLane: index).count }
    return LaneShape(count: first.count + others, rowLength: first.rowLength)
  }
}
