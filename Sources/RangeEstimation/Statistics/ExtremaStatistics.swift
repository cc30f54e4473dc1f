public import QuantizationCore
internal import QuantizationKernels

/// The smallest and the largest value of a lane.
///
/// Memory is constant. The division into batches and their order do not affect it.
public struct ExtremaStatistics: LaneStatistics, Hashable {
  /// The number of values observed.
  public private(set) var count = 0
  /// The smallest value; 0 without values.
  public private(set) var minimum: Float = 0
  /// The largest value; 0 without values.
  public private(set) var maximum: Float = 0

  /// The extrema of no values.
  public init(shape: LaneShape) {}

  /// True for a million values and more: shorter lanes are observed faster by one thread.
  public static func observesParts(of shape: LaneShape) -> Bool { shape.count >= 1 << 20 }

  /// Widens the extrema to some values.
  public mutating func observe(_ values: Span<Float>) {
    guard !values.isEmpty else { return }
    (self.minimum, self.maximum) = union(Kernels.extrema(of: values))
    count += values.count
  }

  /// Widens the extrema to those of another statistic.
  public mutating func merge(_ other: ExtremaStatistics) {
    guard other.count > 0 else { return }
    (self.minimum, self.maximum) = union((other.minimum, other.maximum))
    count += other.count
  }

  private func union(_ other: (minimum: Float, maximum: Float)) -> (Float, Float) {
    count == 0 ? other : (min(minimum, other.minimum), max(maximum, other.maximum))
  }

  /// The range from the smallest to the largest value, widened to zero.
  public var range: ClippingRange { ClippingRange(Double(minimum), Double(maximum)) }
}

extension CodeGrid {
  /// The number format with the scale of the whole tensor filled in; the format itself if its scales
  /// are not E4M3, or are multiples of a known number already.
  ///
  /// The scale of a lane is an E4M3 number times one Float32 number of the whole tensor,
  /// `max|x| / (outermost level * 448)`. So the lane with the largest magnitude can have the largest
  /// scale. Source: NVIDIA ModelOpt.
  ///
  /// - Parameter lanes: The extrema of all lanes of the tensor.
  func below(_ lanes: [ExtremaStatistics]) -> CodeGrid {
    guard scaleFormat == .e4m3, unit == nil else { return self }
    let largest = lanes.reduce(0) { max($0, -$1.range.lower, $1.range.upper) }
    let unit = Float(largest / (outermostLevel * ScaleFormat.e4m3.most))
    return below(unit.isNormal ? unit : 1)
  }
}
