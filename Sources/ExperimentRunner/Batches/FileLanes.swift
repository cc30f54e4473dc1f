internal import Foundation
package import QuantizationCore
internal import QuantizationKernels
package import RangeEstimation
internal import TensorIO

/// A tensor file, or a run of its elements, cut into lanes and streamed: calibration in memory that does
/// not grow with the tensor, but for what the statistic itself keeps.
package struct FileLanes: LaneSource {
  private let input: TensorInput
  private let elements: Range<Int>
  private let partition: LanePartition
  private let dropsNonFinite: Bool

  /// Opens nothing yet.
  ///
  /// - Parameters:
  ///   - input: The tensor.
  ///   - elements: Which elements, in C order.
  ///   - partition: Their lanes: one, or such that they lie together in ``LaneSlabs``.
  ///   - dropsNonFinite: Whether NaN and infinities are left out; else they are an error when the file
  ///     is read.
  package init(
    _ input: TensorInput, elements: Range<Int>, partition: LanePartition,
    dropsNonFinite: Bool = false
  ) {
    self.input = input
    self.elements = elements
    self.partition = partition
    self.dropsNonFinite = dropsNonFinite
  }

  /// The number of lanes.
  package var laneCount: Int { partition.count }

  /// What a lane looks like; `count` includes values that will be dropped.
  package func shape(ofLane index: Int) -> LaneShape {
    LaneShape(
      count: laneCount == 1 ? elements.count : partition[index].count,
      rowLength: partition.rowLength)
  }

  /// Runs of the elements, each of whole batches but the last, where reading may begin at each.
  package func parts(_ count: Int) throws -> [FileLanes] {
    guard try input.read({ $0.isReadableFromAnywhere }) && !dropsNonFinite else { return [self] }
    let batches = (elements.count + TensorFile.batchElements - 1) / TensorFile.batchElements
    let edges = (0...count).map {
      min(
        elements.lowerBound + batches * $0 / count * TensorFile.batchElements, elements.upperBound)
    }
    return zip(edges, edges.dropFirst()).filter { $0 < $1 }.map {
      FileLanes(input, elements: $0..<$1, partition: partition)
    }
  }

  /// Streams the file up to the last element that is wanted, or the slabs that hold the lanes.
  package func forEachSpan(
    ofLanes lanes: Range<Int>, _ body: (_ lane: Int, _ values: Span<Float>) throws -> Void
  ) throws {
    guard !lanes.isEmpty else { return }
    if laneCount > 1 { return try forEachSpanOfSlabs(lanes, body) }
    try input.read { file in
      if elements == 0..<file.count && !dropsNonFinite {
        try file.forEachBatch(nonFinite: .error) { try body(0, $0) }
      } else if file.isReadableFromAnywhere && !dropsNonFinite {
        try file.forEachBatch(of: elements, nonFinite: .error) { try body(0, $0) }
      } else {
        try forEachSpan(of: file) { try body(0, $0) }
      }
    }
  }

  /// Reads slab after slab, and from each the lanes that are wanted.
  private func forEachSpanOfSlabs(
    _ lanes: Range<Int>, _ body: (_ lane: Int, _ values: Span<Float>) throws -> Void
  ) throws {
    guard let slabs = LaneSlabs(partition) else { preconditionFailure("lanes that lie together") }
    var values: [Float] = []
    for slab in slabs.slabs(holding: lanes) {
      values.removeAll(keepingCapacity: true)
      let place = elements.lowerBound + slab.elements.lowerBound
      try input.read { file in
        try file.forEachBatch(
          of: place..<place + slab.elements.count, nonFinite: dropsNonFinite ? .skip : .error
        ) { $0.withUnsafeBufferPointer { values.append(contentsOf: $0) } }
      }
      let first = slab.firstLane
      let wanted = lanes.clamped(to: first..<first + slab.partition.count)
      try TensorLanes(
        batch: values, from: 0, partition: slab.partition, dropsNonFinite: dropsNonFinite
      )
      .forEachSpan(ofLanes: wanted.lowerBound - first..<wanted.upperBound - first) {
        try body(first + $0, $1)
      }
    }
  }

  /// Spans of the same lengths as of a file that has just these values.
  private func forEachSpan(of file: TensorFile, _ body: (Span<Float>) throws -> Void) throws {
    var position = 0
    var kept: [Float] = []
    kept.reserveCapacity(min(elements.count, TensorFile.batchElements))
    do {
      try file.forEachBatch(nonFinite: dropsNonFinite ? .skip : .error) { values in
        let wanted = elements.clamped(to: position..<position + values.count)
        var start = wanted.lowerBound - position
        let end = wanted.upperBound - position
        position += values.count
        while start < end {
          let length = min(end - start, TensorFile.batchElements - kept.count)
          values.extracting(start..<start + length).withUnsafeBufferPointer { part in
            if dropsNonFinite {
              kept.append(contentsOf: part.lazy.filter { $0.isFinite })
            } else {
              kept.append(contentsOf: part)
            }
          }
          start += length
          if kept.count == TensorFile.batchElements {
            try body(kept.span)
            kept.removeAll(keepingCapacity: true)
          }
        }
        if position >= elements.upperBound { throw EndOfElements() }
      }
    } catch is EndOfElements {}
    if !kept.isEmpty { try body(kept.span) }
  }

  private struct EndOfElements: Error {}
}
