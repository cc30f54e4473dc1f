public import QuantizationCore
internal import QuantizationKernels

/// The smallest and the largest value.
///
/// Constant memory; exact under any split and order.
public struct ExtremaStatistics: LaneStatistics, Hashable {
  /// The number of values observed.
  public private(set) var count = 0
  /// The smallest value; 0 before any.
  public private(set) var minimum: Float = 0
  /// The largest value; 0 before any.
  public private(set) var maximum: Float = 0

  /// The extrema of no values.
  public init(shape: LaneShape) {}

  /// Parts of a million values are worth it.
  public static func observesParts(of shape: LaneShape) -> Bool { shape.count >= 1 << 20 }

  /// Widens the extrema by a batch.
  public mutating func observe(_ values: Span<Float>) {
    guard !values.isEmpty else { return }
    (self.minimum, self.maximum) = union(Kernels.extrema(of: values))
    count += values.count
  }

  /// Widens the extrema by another's.
  public mutating func merge(_ other: ExtremaStatistics) {
    guard other.count > 0 else { return }
    (self.minimum, self.maximum) = union((other.minimum, other.maximum))
    count += other.count
  }

  private func union(_ other: (minimum: Float, maximum: Float)) -> (Float, Float) {
    count == 0 ? other : (min(minimum, other.minimum), max(maximum, other.maximum))
  }

  /// The range from smallest to largest, widened to zero.
  public var range: ClippingRange { ClippingRange(Double(minimum), Double(maximum)) }
}

extension CodeGrid {
  /// The format below the scale of the whole tensor, where it has one.
  ///
  /// A scale of E4M3 is below a Float32 `max|x| / (outermost level * 448)` of all lanes, as NVIDIA
  /// ModelOpt has it: the block with the largest magnitude then has the largest scale.
  func below(_ lanes: [ExtremaStatistics]) -> CodeGrid {
    guard scaleFormat == .e4m3, unit == nil else { return self }
    let largest = lanes.reduce(0) { max($0, -$1.range.lower, $1.range.upper) }
    let unit = Float(largest / (outermostLevel * ScaleFormat.e4m3.most))
    return below(unit.isNormal ? unit : 1)
  }
}
