internal import QuantizationCore
internal import QuantizationKernels
public import RangeEstimation
internal import TensorIO

/// A tensor file, or a run of its elements, as one lane, streamed: calibration in memory that does
/// not grow with the tensor, but for what the statistic itself keeps.
///
/// The file is open only while it is read, so that there may be more batches than open files.
public struct FileLanes: LaneSource {
  private let specification: String
  private let elements: Range<Int>
  private let rowLength: Int

  /// Opens nothing yet; NaN and infinities in the file are an error when it is read.
  ///
  /// - Parameters:
  ///   - specification: What `TensorFile.open` takes, naming one tensor.
  ///   - elements: Which elements, in C order.
  ///   - rowLength: The length of the last axis.
  public init(_ specification: String, elements: Range<Int>, rowLength: Int) {
    self.specification = specification
    self.elements = elements
    self.rowLength = rowLength
  }

  /// All elements are one lane.
  public var laneCount: Int { 1 }

  /// All elements, in rows along the last axis.
  public func shape(ofLane index: Int) -> LaneShape {
    LaneShape(count: elements.count, rowLength: rowLength)
  }

  /// Streams the file up to the last element that is wanted.
  public func forEachSpan(_ body: (_ lane: Int, _ values: Span<Float>) throws -> Void) throws {
    let file = try TensorFile.open(specification)[0]
    if elements == 0..<file.count {
      return try file.forEachBatch(nonFinite: .error) { try body(0, $0) }
    }
    var position = 0
    var kept: [Float] = []
    kept.reserveCapacity(min(elements.count, TensorFile.batchElements))
    do {
      try file.forEachBatch(nonFinite: .error) { values in
        let wanted = elements.clamped(to: position..<position + values.count)
        var start = wanted.lowerBound - position
        let end = wanted.upperBound - position
        position += values.count
        while start < end {
          // Spans of the same lengths as from the start of a file, so that sums are the same.
          let length = min(end - start, TensorFile.batchElements - kept.count)
          values.extracting(start..<start + length).withUnsafeBufferPointer {
            kept.append(contentsOf: $0)
          }
          start += length
          if kept.count == TensorFile.batchElements {
            try body(0, kept.span)
            kept.removeAll(keepingCapacity: true)
          }
        }
        if position >= elements.upperBound { throw EndOfElements() }
      }
    } catch is EndOfElements {}
    if !kept.isEmpty { try body(0, kept.span) }
  }

  private struct EndOfElements: Error {}
}
