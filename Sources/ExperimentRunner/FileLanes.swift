internal import QuantizationCore
public import RangeEstimation
public import TensorIO

/// A tensor file as one lane, streamed: calibration in memory that does not grow with the tensor,
/// but for what the statistic itself keeps.
public struct FileLanes: LaneSource {
  private let file: TensorFile

  /// Opens nothing yet; NaN and infinities in the file are an error when it is read.
  public init(_ file: TensorFile) { self.file = file }

  /// The whole tensor is one lane.
  public var laneCount: Int { 1 }

  /// All elements, in rows along the last axis.
  public func shape(ofLane index: Int) -> LaneShape {
    LaneShape(count: file.count, rowLength: file.shape.last ?? 1)
  }

  /// Streams the file.
  public func forEachSpan(_ body: (_ lane: Int, _ values: Span<Float>) throws -> Void) throws {
    try file.forEachBatch(nonFinite: .error) { try body(0, $0) }
  }
}
