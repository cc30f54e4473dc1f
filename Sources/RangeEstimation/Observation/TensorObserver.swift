public import QuantizationCore
internal import QuantizationKernels

/// The statistics of one tensor, observed batch by batch.
///
/// Batches can come from anywhere, such as a model that runs, a file or another machine. A batch is not
/// kept, except for values that a statistic itself keeps. Observers of different batches merge, so
/// several workers or machines can observe batches:
///
/// ```swift
/// var observer = TensorObserver(granularity: .channel(axis: 1), for: [minmax, mse])
/// for batch in batches { try observer.observe(batch.values, shape: batch.shape) }
/// let tensor = observer.sealed()
/// let quantizers = try tensor.parameters(of: mse, on: grid)
/// ```
///
/// The results of some rules depend on the order of batches, so observers must be merged in the order
/// of their batches.
public struct TensorObserver: Sendable {
  /// The granularity of the lanes.
  public let granularity: Granularity
  /// Whether NaN and infinities are left out; otherwise they are an error.
  public let dropsNonFinite: Bool
  /// The number of values that were left out.
  public private(set) var dropped = 0
  private let types: [any LaneStatistics.Type]
  /// The lanes of the first batch, and the statistics of all batches; nil before the first batch.
  private var state: (partition: LanePartition, observer: LaneObserver)?

  /// Creates an observer that has observed nothing.
  ///
  /// - Parameters:
  ///   - granularity: The granularity of the lanes. Every batch must have the same lanes.
  ///   - estimators: The rules that will pick quantizers. Only statistics that they use are kept.
  ///   - dropsNonFinite: Whether NaN and infinities are left out; otherwise they are an error.
  public init(
    granularity: Granularity, for estimators: [any RangeRule], dropsNonFinite: Bool = false
  ) {
    func statistics(of estimator: some RangeRule) -> any LaneStatistics.Type {
      type(of: estimator).Statistics.self
    }
    self.granularity = granularity
    self.dropsNonFinite = dropsNonFinite
    // With E4M3 scales, the scale of the whole tensor is computed from extrema.
    types = distinct([ExtremaStatistics.self] + estimators.map { statistics(of: $0) })
  }

  /// Adds a batch.
  ///
  /// - Parameters:
  ///   - values: The batch in C order, one value for each element of the shape.
  ///   - shape: The length of each axis.
  /// - Throws: ``ObservationError``; then nothing is observed.
  /// - Complexity: O(values) for each statistic.
  public mutating func observe(_ values: [Float], shape: [Int]) throws(ObservationError) {
    try values.withUnsafeBufferPointer { values throws(ObservationError) in
      try observe(values, shape: shape)
    }
  }

  /// Adds a batch that is read where it lies; see ``observe(_:shape:)``.
  package mutating func observe(
    _ values: UnsafeBufferPointer<Float>, shape: [Int]
  ) throws(ObservationError) {
    let partition = try partition(of: shape)
    guard values.count == shape.reduce(1, *) else {
      throw ObservationError("\(values.count) values of shape \(shape)")
    }
    let nonFinite = Kernels.nonFiniteCount(in: values.span)
    guard nonFinite == 0 || dropsNonFinite else {
      throw ObservationError("\(nonFinite) of \(values.count) values are not finite")
    }
    dropped += nonFinite
    let lanes = BorrowedLanes(values, partition: partition, dropsNonFinite: nonFinite > 0)
    var next = state ?? (partition, LaneObserver(types, shapes: lanes.shapes))
    // The statistics are moved out and back, because copies of them may be large.
    state = nil
    next.observer.beginBatch { lanes.shape(ofLane: $0) }
    partition.visit(values, 0..<partition.count, dropsNonFinite: nonFinite > 0) {
      next.observer.observe($1, place: $0)
    }
    next.observer.endBatch()
    state = next
  }

  /// Adds the batches that another observer has observed, after those of this one.
  ///
  /// - Parameter other: An observer of the same lanes for the same rules.
  /// - Throws: ``ObservationError`` if it has other lanes or is for other rules.
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

  /// The lanes of the first batch; nil before it.
  package var partition: LanePartition? { state?.partition }

  /// Ends observing.
  ///
  /// - Returns: The statistics, from which rules can pick quantizers; nil without a batch.
  public consuming func sealed() -> ObservedTensor? {
    guard var observed = state else { return nil }
    state = nil
    observed.observer.seal()
    return ObservedTensor(observed.partition, observed.observer.columns)
  }

  /// The lanes of a batch; throws if they are not those of the first batch.
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

/// The reason why a batch cannot be observed.
public struct ObservationError: Error, Hashable, CustomStringConvertible {
  /// One line that says what is wrong.
  public let description: String

  init(_ description: String) { self.description = description }
}

/// The sealed statistics of a tensor whose batches have been observed.
public struct ObservedTensor: Sendable {
  /// The number of lanes.
  public let laneCount: Int
  private let columns: [ObjectIdentifier: any ObservedColumn]

  init(_ partition: LanePartition, _ columns: [any ObservedColumn]) {
    laneCount = partition.count
    self.columns = Dictionary(
      uniqueKeysWithValues: columns.map { (ObjectIdentifier($0.type), $0) })
  }

  /// The statistic of each lane; nil if no rule of the observer uses it.
  func statistics<Statistics: LaneStatistics>(_ type: Statistics.Type) -> [Statistics]? {
    (columns[ObjectIdentifier(type)] as? StatisticColumn<Statistics>)?.lanes
  }

  /// The quantizer of each lane.
  ///
  /// A lane without values gets the degenerate quantizer.
  ///
  /// - Throws: ``EstimationError``, also if the tensor was not observed for the rule.
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
