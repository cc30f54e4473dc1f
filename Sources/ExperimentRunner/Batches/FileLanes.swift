internal import Foundation
internal import QuantizationCore
internal import QuantizationKernels
package import RangeEstimation
internal import TensorIO

/// A tensor file, or a run of its elements, as one lane, streamed: calibration in memory that does
/// not grow with the tensor, but for what the statistic itself keeps.
package struct FileLanes: LaneSource {
  private let input: TensorInput
  private let elements: Range<Int>
  private let rowLength: Int
  private let dropsNonFinite: Bool

  /// Opens nothing yet.
  ///
  /// - Parameters:
  ///   - input: The tensor.
  ///   - elements: Which elements, in C order.
  ///   - rowLength: The length of the last axis.
  ///   - dropsNonFinite: Whether NaN and infinities are left out; else they are an error when the file
  ///     is read.
  package init(
    _ input: TensorInput, elements: Range<Int>, rowLength: Int, dropsNonFinite: Bool = false
  ) {
    self.input = input
    self.elements = elements
    self.rowLength = rowLength
    self.dropsNonFinite = dropsNonFinite
  }

  /// All elements are one lane.
  package var laneCount: Int { 1 }

  /// All elements, in rows along the last axis; `count` includes values that will be dropped.
  package func shape(ofLane index: Int) -> LaneShape {
    LaneShape(count: elements.count, rowLength: rowLength)
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
      FileLanes(input, elements: $0..<$1, rowLength: rowLength)
    }
  }

  /// Streams the file up to the last element that is wanted.
  package func forEachSpan(
    ofLanes lanes: Range<Int>, _ body: (_ lane: Int, _ values: Span<Float>) throws -> Void
  ) throws {
    guard !lanes.isEmpty else { return }
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
