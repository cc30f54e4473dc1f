/// The size of a lane, which is known before its values are.
public struct LaneShape: Hashable, Sendable {
  /// The largest number of values that will be observed.
  ///
  /// Statistics reserve memory for it, and ``SampleStatistics`` decides by it whether to keep all
  /// values.
  public let count: Int
  /// The number of values in a row: the part of the tensor's last axis that is in the lane.
  ///
  /// A softmax is taken over each row.
  public let rowLength: Int

  /// Creates a shape.
  public init(count: Int, rowLength: Int) {
    self.count = count
    self.rowLength = rowLength
  }
}

/// A summary of the values of a lane: all that an estimator reads.
///
/// A statistic observes batches of finite values, and two statistics of one type merge. Laws, which the
/// conformance suite checks through every registered estimator:
/// 1. observing A and then B is the same as observing both in two statistics and merging these;
/// 2. the order of merges does not affect any quantizer, unless the descriptor of the estimator says
///    that it breaks the law `batching`;
/// 3. observing no values changes nothing.
public protocol LaneStatistics: Sendable {
  /// Creates a statistic of no values.
  init(shape: LaneShape)
  /// Whether several threads may each observe a part of a lane, cut anywhere, and merging the parts is
  /// faster than observing the lane in one thread. False if the statistic depends on rows or batches.
  static func observesParts(of shape: LaneShape) -> Bool
  /// The number of values observed.
  var count: Int { get }
  /// Begins a batch. Only statistics of rows use it: the rows of this batch may have another length
  /// than those of earlier batches. Without a call, rows have the length given at creation.
  mutating func beginBatch(shape: LaneShape)
  /// Adds values of the current batch.
  mutating func observe(_ values: Span<Float>)
  /// Ends the current batch; the next values belong to another one. Only statistics that depend on
  /// calibration batches use it.
  mutating func endBatch()
  /// Adds the values that another statistic has observed.
  mutating func merge(_ other: Self)
  /// Ends observing, and does the work that all queries share, such as sorting. No values may be
  /// observed after it.
  mutating func seal()
}

extension LaneStatistics {
  /// False: a lane is observed by one thread.
  public static func observesParts(of shape: LaneShape) -> Bool { false }

  /// Nothing to do.
  public mutating func beginBatch(shape: LaneShape) {}

  /// Nothing to do.
  public mutating func endBatch() {}

  /// Nothing to do.
  public mutating func seal() {}
}
