public import QuantizationCore

/// A tensor that can be read lane by lane, as often as needed.
///
/// The tensor may be in memory or in a file that is streamed; calibration and measurement treat both
/// alike.
public protocol LaneSource: Sendable {
  /// The number of lanes.
  var laneCount: Int { get }
  /// The number of values of a lane, and the length of its rows.
  func shape(ofLane index: Int) -> LaneShape
  /// Calls `body` with the values of some lanes, in order. A lane comes in one or more consecutive
  /// spans of finite values; every span but the last has a multiple of `Kernels.chunk` values.
  ///
  /// Several threads may call this at once.
  ///
  /// - Throws: The errors of reading the source, and those of `body`.
  func forEachSpan(
    ofLanes lanes: Range<Int>, _ body: (_ lane: Int, _ values: Span<Float>) throws -> Void) throws
  /// Cuts the only lane into at most `count` consecutive pieces, which several threads can read at
  /// once. Returns only the source itself if one thread reads it faster.
  func parts(_ count: Int) throws -> [Self]
}

extension LaneSource {
  /// Calls `body` with the values of every lane, in order.
  public func forEachSpan(_ body: (_ lane: Int, _ values: Span<Float>) throws -> Void) throws {
    try forEachSpan(ofLanes: 0..<laneCount, body)
  }

  /// Reads the only lane in order, in arrays of a size that is worth sharing among workers: 4 MiB
  /// or a little more, and the rest.
  ///
  /// Each array but the last has a multiple of `Kernels.chunk` values.
  ///
  /// - Throws: The errors of reading the source, and those of `body`.
  func forEachStretch(_ body: (_ values: [Float]) throws -> Void) throws {
    let length = 1 << 20
    var values: [Float] = []
    try forEachSpan { _, span in
      for start in stride(from: 0, to: span.count, by: length) {
        let part = span.extracting(start..<min(start + length, span.count))
        part.withUnsafeBufferPointer { values.append(contentsOf: $0) }
        guard values.count >= length else { continue }
        try body(values)
        values.removeAll(keepingCapacity: true)
      }
    }
    if !values.isEmpty { try body(values) }
  }
}

/// A tensor in memory, cut into lanes.
public struct TensorLanes: LaneSource {
  private let values: [Float]
  private let offset: Int
  private let partition: LanePartition
  private let dropsNonFinite: Bool

  /// Cuts a tensor into lanes.
  ///
  /// - Parameters:
  ///   - values: The tensor in C order, one value for each element of the partition's shape.
  ///   - partition: The lanes.
  ///   - dropsNonFinite: Whether NaN and infinities are left out of their lanes; if false, all values
  ///     must be finite.
  public init(values: [Float], partition: LanePartition, dropsNonFinite: Bool = false) {
    precondition(values.count == partition.shape.reduce(1, *), "as many values as the shape says")
    self.init(batch: values, from: 0, partition: partition, dropsNonFinite: dropsNonFinite)
  }

  /// Cuts one batch of a tensor into lanes.
  ///
  /// The values of the batch are consecutive, as in a slice of the first axis.
  ///
  /// - Parameters:
  ///   - values: The whole tensor in C order; it is shared, not copied.
  ///   - offset: The index of the first value of the batch.
  ///   - partition: The lanes of the batch, made from its own shape.
  ///   - dropsNonFinite: Whether NaN and infinities are left out of their lanes; if false, all values
  ///     must be finite.
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

  /// The shape of a lane; its count includes values that are dropped.
  public func shape(ofLane index: Int) -> LaneShape {
    LaneShape(count: partition[index].count, rowLength: partition.rowLength)
  }

  /// Calls `body` with each lane in one span: a view of the tensor if the values of the lane are
  /// consecutive, otherwise a copy.
  public func forEachSpan(
    ofLanes lanes: Range<Int>, _ body: (_ lane: Int, _ values: Span<Float>) throws -> Void
  ) throws {
    try visit(lanes, body)
  }

  /// The same as ``forEachSpan(ofLanes:_:)``, but throws only the errors of `body`.
  func visit(
    _ lanes: Range<Int>, _ body: (_ lane: Int, _ values: Span<Float>) throws -> Void
  ) rethrows {
    try values.withUnsafeBufferPointer { values in
      try partition.visit(
        values.extracting(offset..<values.count), lanes, dropsNonFinite: dropsNonFinite, body)
    }
  }
}

extension LanePartition {
  /// Calls `body` with some lanes of a tensor, each in one span: a view of the tensor if the values of the
  /// lane are consecutive, otherwise a copy.
  ///
  /// - Parameters:
  ///   - values: The tensor in C order; more values may follow it.
  ///   - dropsNonFinite: Whether NaN and infinities are left out of their lanes.
  func visit(
    _ values: UnsafeBufferPointer<Float>, _ lanes: Range<Int>, dropsNonFinite: Bool,
    _ body: (_ lane: Int, _ values: Span<Float>) throws -> Void
  ) rethrows {
    var gathered: [Float] = []
    for index in lanes {
      let lane = self[index]
      if lane.isOneRun && !dropsNonFinite {
        try body(index, values.extracting(lane.start..<lane.start + lane.count).span)
        continue
      }
      gathered.removeAll(keepingCapacity: true)
      lane.gather(values, into: &gathered)
      if dropsNonFinite { gathered.removeAll { !$0.isFinite } }
      try body(index, gathered.span)
    }
  }
}

extension LanePartition.Lane {
  /// Appends what belongs to the lane, run after run.
  ///
  /// - Parameter elements: One element for each of the tensor, in C order.
  func gather<Element>(
    _ elements: UnsafeBufferPointer<Element>, into gathered: inout [Element]
  ) {
    // Runs have one value along any axis but the last; a slice for each value is slow.
    if runLength == 1 {
      forEachRun { gathered.append(elements[$0]) }
    } else {
      forEachRun { gathered.append(contentsOf: elements.extracting($0..<$0 + runLength)) }
    }
  }

  /// Puts what belongs to the lane back into its places, run after run.
  ///
  /// - Parameter gathered: One element for each of the lane, in its order.
  func scatter<Element>(
    _ gathered: [Element], into elements: UnsafeMutableBufferPointer<Element>
  ) {
    var taken = 0
    forEachRun { start in
      for place in start..<start + runLength {
        elements[place] = gathered[taken]
        taken += 1
      }
    }
  }
}
