package import QuantizationCore
internal import QuantizationKernels

/// A tensor in memory that belongs to somebody else, cut into lanes: nothing is copied.
///
/// The memory must stay as it is while anything reads the lanes, such as during one call from another
/// language.
package struct BorrowedLanes: LaneSource, @unchecked Sendable {
  private let values: UnsafeBufferPointer<Float>
  private let partition: LanePartition
  private let dropsNonFinite: Bool

  /// Cuts a tensor into lanes.
  ///
  /// - Parameters:
  ///   - values: The tensor in C order, one value for each element of the partition's shape.
  ///   - partition: The lanes.
  ///   - dropsNonFinite: Whether NaN and infinities are left out of their lanes; if false, all values
  ///     must be finite.
  package init(
    _ values: UnsafeBufferPointer<Float>, partition: LanePartition, dropsNonFinite: Bool = false
  ) {
    precondition(values.count == partition.shape.reduce(1, *), "as many values as the shape says")
    (self.values, self.partition, self.dropsNonFinite) = (values, partition, dropsNonFinite)
  }

  /// The number of lanes.
  package var laneCount: Int { partition.count }

  /// The shape of a lane; its count includes values that are dropped.
  package func shape(ofLane index: Int) -> LaneShape {
    LaneShape(
      count: laneCount == 1 ? values.count : partition[index].count, rowLength: partition.rowLength)
  }

  /// Calls `body` with each lane in one span.
  package func forEachSpan(
    ofLanes lanes: Range<Int>, _ body: (_ lane: Int, _ values: Span<Float>) throws -> Void
  ) throws {
    // The only lane is all there is, also where it is one of several parts.
    guard laneCount > 1 || dropsNonFinite else {
      if !lanes.isEmpty { try body(0, values.span) }
      return
    }
    try partition.visit(values, lanes, dropsNonFinite: dropsNonFinite, body)
  }

  /// Cuts the only lane into pieces of whole chunks.
  package func parts(_ count: Int) throws -> [BorrowedLanes] {
    guard laneCount == 1, !dropsNonFinite, values.count > Kernels.chunk else { return [self] }
    let chunks = (values.count + Kernels.chunk - 1) / Kernels.chunk
    let edges = (0...count).map { min(chunks * $0 / count * Kernels.chunk, values.count) }
    return zip(edges, edges.dropFirst()).filter { $0 < $1 }.map {
      BorrowedLanes(part: values.extracting($0..<$1), of: self)
    }
  }

  private init(part: UnsafeBufferPointer<Float>, of whole: BorrowedLanes) {
    (values, partition, dropsNonFinite) = (part, whole.partition, false)
  }
}
