/// What an estimator may know of a lane before it has seen a value.
public struct LaneShape: Hashable, Sendable {
  /// The number of values that will be observed at most; a hint for storage.
  public let count: Int
  /// The length of the rows a softmax is taken over: the lane's share of the last axis.
  public let rowLength: Int

  /// Creates a shape.
  public init(count: Int, rowLength: Int) {
    self.count = count
    self.rowLength = rowLength
  }
}

/// What is kept of a lane's values: everything an estimator decides from.
///
/// A statistic is a value that observes batches and merges with its like. Laws, which the
/// conformance suite checks for every registered estimator:
/// 1. observing A, then B, is observing A and B apart and merging;
/// 2. the order of merges does not change any decision;
/// 3. observing nothing changes nothing.
///
/// Values are finite; what is not has been refused or dropped before.
public protocol LaneStatistics: Sendable {
  /// A statistic of no values.
  init(shape: LaneShape)
  /// Whether parts of a lane may be observed apart, wherever it is cut, and merging them is worth
  /// it: not where rows or batches matter.
  static func observesParts(of shape: LaneShape) -> Bool
  /// The number of values observed.
  var count: Int { get }
  /// Begins a batch, whose rows may have another length than those of the batches before. Matters
  /// only to rules that look at rows; without it rows are as long as at first.
  mutating func beginBatch(shape: LaneShape)
  /// Adds values of the current batch.
  mutating func observe(_ values: Span<Float>)
  /// Ends the current batch: what is observed next belongs to another. Matters only to rules that
  /// look at calibration batches one by one.
  mutating func endBatch()
  /// Adds what another statistic has observed.
  mutating func merge(_ other: Self)
  /// Does, once, the work that every later question needs. Nothing is observed after it.
  mutating func seal()
}

extension LaneStatistics {
  /// In one piece.
  public static func observesParts(of shape: LaneShape) -> Bool { false }

  /// Nothing to do.
  public mutating func beginBatch(shape: LaneShape) {}

  /// Nothing to do.
  public mutating func endBatch() {}

  /// Nothing to do.
  public mutating func seal() {}
}
