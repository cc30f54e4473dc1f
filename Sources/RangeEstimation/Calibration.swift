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
  private var columns: [ObjectIdentifier: any ObservedColumn] = [:]
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
    of estimator: some RangeRule, on grid: CodeGrid
  ) throws -> [QuantizationParameters] {
    let grid = try resolved(grid)
    if estimator.descriptor.picksOptimum, let optima = try laneOptima(on: grid) {
      return optima.parameters
    }
    let lanes = try statistics(for: estimator)
    return try laneBlocks.map { try estimator.quantizers(of: lanes[$0], on: grid) }
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
  /// - Throws: What reading the source throws.
  package mutating func resolved(_ grid: CodeGrid) throws -> CodeGrid {
    guard grid.scaleFormat == .e4m3, grid.unit == nil else { return grid }
    return grid.below(try statistics(ExtremaStatistics.self))
  }

  /// Reads the lanes once into several statistics, but those that are kept already.
  ///
  /// - Returns: The seconds that each would have taken alone, of those that were read.
  /// - Throws: What reading the source throws.
  package mutating func prepare(
    _ statistics: [any LaneStatistics.Type]
  ) throws -> [ObjectIdentifier: Double] {
    try observe(statistics)
  }

  /// The statistics that an estimator asks for on a grid.
  package func statistics(
    neededFor estimator: some RangeRule, on grid: CodeGrid
  ) -> [any LaneStatistics.Type] {
    let needsNone =
      estimator.descriptor.picksOptimum && grid.bits.fitsByte && isOfShortLanes(on: grid)
    return (needsNone ? [] : [type(of: estimator).Statistics.self]) + statistics(neededFor: grid)
  }

  /// The statistics that the search for the optimum asks for on a grid.
  package func statistics(neededForOptimumOn grid: CodeGrid) -> [any LaneStatistics.Type] {
    guard grid.bits.fitsByte else { return [] }
    return (isOfShortLanes(on: grid) ? [] : [SampleStatistics.self]) + statistics(neededFor: grid)
  }

  /// The statistics that the scale of the tensor needs, where a grid has one.
  private func statistics(neededFor grid: CodeGrid) -> [any LaneStatistics.Type] {
    grid.scaleFormat == .e4m3 && grid.unit == nil ? [ExtremaStatistics.self] : []
  }

  private mutating func statistics<Estimator: RangeRule>(
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

  /// The statistic of each lane.
  ///
  /// - Throws: What reading the source throws.
  package mutating func statistics<Statistics: LaneStatistics>(
    _ type: Statistics.Type
  ) throws -> [Statistics] {
    _ = try observe([type])
    return (columns[ObjectIdentifier(type)] as? StatisticColumn<Statistics>)?.lanes ?? []
  }

  /// Reads the lanes once into those statistics that are not kept yet.
  ///
  /// - Returns: The seconds that each would have taken alone: reading, and its own work.
  private mutating func observe(
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

  /// The statistics of some lanes, after one pass over them.
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
