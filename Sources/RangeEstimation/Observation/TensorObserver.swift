public import QuantizationCore
internal import QuantizationKernels

/// What estimators need to know of one tensor, fed batch by batch by whoever has the values: a model
/// that runs, a file, another machine.
///
/// Each batch is given once and is not kept, but for what a statistic itself keeps. Observers of
/// different batches merge, so that batches can be observed by several workers, or on several machines:
///
/// ```swift
/// var observer = TensorObserver(granularity: .channel(axis: 1), for: [minmax, mse])
/// for batch in batches { try observer.observe(batch.values, shape: batch.shape) }
/// let tensor = observer.sealed()
/// let quantizers = try tensor.parameters(of: mse, on: grid)
/// ```
///
/// A rule that looks at calibration batches one by one depends on their order: merge in the order of
/// the batches.
public struct TensorObserver: Sendable {
  /// Which values share a range.
  public let granularity: Granularity
  /// Whether NaN and infinities are left out; else they are an error.
  public let dropsNonFinite: Bool
  /// How many values were left out.
  public private(set) var dropped = 0
  private let types: [any LaneStatistics.Type]
  /// The lanes of the first batch, and their statistics; nothing before it.
  private var state: (partition: LanePartition, observer: LaneObserver)?

  /// Nothing observed yet.
  ///
  /// - Parameters:
  ///   - granularity: Which values share a range. Every batch must have the same lanes.
  ///   - estimators: The rules that will be asked; what none of them needs is not kept.
  ///   - dropsNonFinite: Whether NaN and infinities are left out; else they are an error.
  public init(
    granularity: Granularity, for estimators: [any RangeRule], dropsNonFinite: Bool = false
  ) {
    func statistics(of estimator: some RangeRule) -> any LaneStatistics.Type {
      type(of: estimator).Statistics.self
    }
    self.granularity = granularity
    self.dropsNonFinite = dropsNonFinite
    // Extrema are needed for the scale of the tensor that scales of E4M3 are below.
    types = distinct([ExtremaStatistics.self] + estimators.map { statistics(of: $0) })
  }

  /// Adds a batch.
  ///
  /// - Parameters:
  ///   - values: In C order, as many as the shape says.
  ///   - shape: The length of each axis.
  /// - Throws: ``ObservationError``; nothing is observed then.
  ///
  /// Complexity: O(values) for each statistic.
  public mutating func observe(_ values: [Float], shape: [Int]) throws(ObservationError) {
    let partition = try partition(of: shape)
    guard values.count == shape.reduce(1, *) else {
      throw ObservationError("\(values.count) values of shape \(shape)")
    }
    let nonFinite = Kernels.nonFiniteCount(in: values.span)
    guard nonFinite == 0 || dropsNonFinite else {
      throw ObservationError("\(nonFinite) of \(values.count) values are not finite")
    }
    dropped += nonFinite
    let lanes = TensorLanes(values: values, partition: partition, dropsNonFinite: nonFinite > 0)
    var next = state ?? (partition, LaneObserver(types, shapes: lanes.shapes))
    // Moved out and back, not copied: statistics may be large.
    state = nil
    next.observer.beginBatch { lanes.shape(ofLane: $0) }
    lanes.visit(0..<lanes.laneCount) { next.observer.observe($1, place: $0) }
    next.observer.endBatch()
    state = next
  }

  /// Adds what another observer of the same lanes and rules has observed, as if its batches came after
  /// those of this one.
  ///
  /// - Throws: ``ObservationError`` where its lanes are others.
  public mutating func merge(_ other: TensorObserver) throws(ObservationError) {
    guard other.granularity == granularity,
      other.types.map(ObjectIdentifier.init) == types.map(ObjectIdentifier.init)
    else { throw ObservationError("an observer of other lanes or for other rules") }
    guard let theirs = other.state else { return }
    dropped += other.dropped
    guard var own = state else {
      state = theirs
      return
    }
    _ = try partition(of: theirs.partition.shape)
    state = nil
    own.observer.merge(theirs.observer)
    state = own
  }

  /// Ends observing.
  ///
  /// - Returns: What the rules can be asked of; nothing without a batch.
  public consuming func sealed() -> ObservedTensor? {
    guard var observed = state else { return nil }
    state = nil
    observed.observer.seal()
    return ObservedTensor(observed.partition, observed.observer.columns)
  }

  /// The lanes of a batch, which are those of the first.
  private func partition(of shape: [Int]) throws(ObservationError) -> LanePartition {
    guard let partition = LanePartition(shape: shape, granularity: granularity) else {
      throw ObservationError("the shape \(shape) has no axis for \(granularity)")
    }
    if let first = state?.partition, !partition.hasLanes(of: first) {
      throw ObservationError(
        "the lanes of \(granularity) are not those of the first batch: the shapes are "
          + "\(first.shape) and \(shape)")
    }
    return partition
  }
}

/// Why a batch cannot be observed.
public struct ObservationError: Error, Hashable, CustomStringConvertible {
  /// What is wrong with it.
  public let description: String

  init(_ description: String) { self.description = description }
}

/// What is known of a tensor whose batches have been observed.
public struct ObservedTensor: Sendable {
  /// The number of lanes.
  public let laneCount: Int
  private let columns: [ObjectIdentifier: any ObservedColumn]

  init(_ partition: LanePartition, _ columns: [any ObservedColumn]) {
    laneCount = partition.count
    self.columns = Dictionary(
      uniqueKeysWithValues: columns.map { (ObjectIdentifier($0.type), $0) })
  }

  /// The statistic of each lane; nothing where none of the rules needs it.
  func statistics<Statistics: LaneStatistics>(_ type: Statistics.Type) -> [Statistics]? {
    (columns[ObjectIdentifier(type)] as? StatisticColumn<Statistics>)?.lanes
  }

  /// The quantizer of each lane.
  ///
  /// A lane without values gets the degenerate quantizer.
  ///
  /// - Throws: ``EstimationError``, also where the tensor was not observed for the rule.
  public func parameters(
    of estimator: some RangeRule, on grid: CodeGrid
  ) throws(EstimationError) -> [QuantizationParameters] {
    func decide<Estimator: RangeRule>(
      _ estimator: Estimator
    ) throws(EstimationError) -> [QuantizationParameters] {
      guard let lanes = statistics(Estimator.Statistics.self) else {
        throw .notDefined(reason: "a tensor that was not observed for it")
      }
      let extrema = statistics(ExtremaStatistics.self) ?? []
      return try estimator.quantizers(of: lanes, on: grid.below(extrema))
    }
    return try decide(estimator)
  }
}
