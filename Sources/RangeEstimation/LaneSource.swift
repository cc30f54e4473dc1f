public import QuantizationCore

/// A tensor that can be read lane by lane, as often as needed.
///
/// In memory or streamed from a file: calibration and measurement do not know the difference.
public protocol LaneSource: Sendable {
  /// The number of lanes.
  var laneCount: Int { get }
  /// What a lane looks like.
  func shape(ofLane index: Int) -> LaneShape
  /// Reads some lanes in order, each in one or more consecutive spans of finite values. Every span
  /// of a lane but its last has a multiple of `Kernels.chunk` values.
  ///
  /// Several threads may read at once.
  func forEachSpan(
    ofLanes lanes: Range<Int>, _ body: (_ lane: Int, _ values: Span<Float>) throws -> Void) throws
  /// The only lane cut into pieces that can be read at once, in order and at most so many; itself
  /// where it is better read in one.
  func parts(_ count: Int) throws -> [Self]
}

extension LaneSource {
  /// Reads every lane in order.
  public func forEachSpan(_ body: (_ lane: Int, _ values: Span<Float>) throws -> Void) throws {
    try forEachSpan(ofLanes: 0..<laneCount, body)
  }
}

/// A tensor in memory, cut into lanes.
public struct TensorLanes: LaneSource {
  private let values: [Float]
  private let offset: Int
  private let partition: LanePartition
  private let dropsNonFinite: Bool

  /// Cuts a tensor in C order.
  ///
  /// - Parameters:
  ///   - values: As many as the shape of the partition says.
  ///   - partition: What shares a range.
  ///   - dropsNonFinite: Whether the values may hold NaN and infinities, which are then left out of
  ///     their lanes.
  public init(values: [Float], partition: LanePartition, dropsNonFinite: Bool = false) {
    precondition(values.count == partition.shape.reduce(1, *), "as many values as the shape says")
    self.init(batch: values, from: 0, partition: partition, dropsNonFinite: dropsNonFinite)
  }

  /// Cuts one batch of a tensor in C order: values that lie together, as slices of the leading axis
  /// do.
  ///
  /// - Parameters:
  ///   - values: The whole tensor; it is shared, not copied.
  ///   - offset: Where the batch starts.
  ///   - partition: The lanes of the batch, from its own shape.
  ///   - dropsNonFinite: Whether the values may hold NaN and infinities, which are then left out of
  ///     their lanes.
  public init(
    batch values: [Float], from offset: Int, partition: LanePartition, dropsNonFinite: Bool = false
  ) {
    precondition(
      offset >= 0 && offset + partition.shape.reduce(1, *) <= values.count,
      "the batch lies within the values")
    self.values = values
    self.offset = offset
    self.partition = partition
    self.dropsNonFinite = dropsNonFinite
  }

  /// The number of lanes.
  public var laneCount: Int { partition.count }

  /// What a lane looks like; `count` includes values that will be dropped.
  public func shape(ofLane index: Int) -> LaneShape {
    LaneShape(count: partition[index].count, rowLength: partition.rowLength)
  }

  /// Reads each lane in one span: in place where a lane lies together, gathered otherwise.
  public func forEachSpan(
    ofLanes lanes: Range<Int>, _ body: (_ lane: Int, _ values: Span<Float>) throws -> Void
  ) throws {
    try visit(lanes, body)
  }

  /// The same, which throws only what the closure does: the values are here.
  func visit(
    _ lanes: Range<Int>, _ body: (_ lane: Int, _ values: Span<Float>) throws -> Void
  ) rethrows {
    var gathered: [Float] = []
    for index in lanes {
      let lane = partition[index]
      if lane.isOneRun && !dropsNonFinite {
        try body(
          index,
          values.span.extracting(
            offset + lane.start..<offset + lane.start + lane.count))
        continue
      }
      gathered.removeAll(keepingCapacity: true)
      lane.gather(values, from: offset, into: &gathered)
      if dropsNonFinite { gathered.removeAll { !$0.isFinite } }
      try body(index, gathered.span)
    }
  }
}

extension LanePartition.Lane {
  /// Appends the values of the lane, run after run.
  ///
  /// - Parameter offset: Where the tensor begins in `values`.
  func gather(_ values: [Float], from offset: Int = 0, into gathered: inout [Float]) {
    // Runs of one value, as along any axis but the last, would cost a slice each.
    if runLength == 1 {
      forEachRun { gathered.append(values[offset + $0]) }
    } else {
      forEachRun { gathered += values[offset + $0..<offset + $0 + runLength] }
    }
  }
}
