internal import Foundation
internal import QuantizationCore
internal import QuantizationKernels
internal import ResultRecords

/// Measures one tensor at a sequence of clip values that share a zero point.
struct ClipScan {
  /// The number of clip values.
  static let steps = 100

  private let zeroPoint: Int
  private let end: TensorProfile.ErrorCurve.End
  private let clips: [Double]
  private let quantizers: [QuantizationParameters]
  private var sums: [ErrorSums]

  /// Chooses clip values with logarithmic spacing.
  ///
  /// The largest is half beyond the first that clips nothing, so that the figure has growing
  /// rounding errors, or half beyond the best if that is larger. The smallest is an eighth of the
  /// best, or a sixteenth of the first that clips nothing.
  ///
  /// - Parameters:
  ///   - extrema: The smallest and the largest value.
  /// - centre: The quantizer whose zero point is used: the best, or that of min-max.
  init(from extrema: ClippingRange, around centre: QuantizationParameters) {
    let grid = centre.grid
    zeroPoint = centre.zeroPoint
    let (below, above) = grid.outermostLevels(zeroPoint: centre.zeroPoint)
    let reachesFurtherDown = grid.family.scheme == .affine && -below > above
    end = reachesFurtherDown ? .lower : .upper
    let reach = reachesFurtherDown ? -below : above > 0 ? above : 1
    let covering = max(
      above > 0 ? extrema.upper / above : 0, below < 0 ? extrema.lower / below : 0)
    let best = centre.condition == .ordinary ? Double(centre.scale) : covering
    let largest = max(1.5 * covering, best)
    let smallest = min(best / 8, covering / 16)
    let scales = (0..<Self.steps).map { step in
      smallest * pow(largest / smallest, Double(step) / Double(Self.steps - 1))
    }
    let wanted = scales.map { ($0 * reach).rounded(toDigits: 4) }
    let pairs = wanted.map { clip in
      (clip, QuantizationParameters(scale: clip / reach, zeroPoint: centre.zeroPoint, grid: grid))
    }
    // A scale that is no Float32 would be rounded and not measured at its position on the axis.
    let isFree = grid.scaleFormat == .float32
    let measurable = covering > 0 && isFree ? pairs.filter { $1.condition == .ordinary } : []
    clips = measurable.map(\.0)
    quantizers = measurable.map(\.1)
    sums = quantizers.map { _ in ErrorSums() }
  }

  /// Measures a chunk with every quantizer.
  mutating func add(_ values: Span<Float>) {
    for index in quantizers.indices {
      sums[index].merge(Kernels.measureError(of: values, with: quantizers[index]))
    }
  }

  /// The measurements, without clip values whose outer levels exceed every Float32.
  var curve: TensorProfile.ErrorCurve {
    let finite = sums.indices.filter { sums[$0].mse.isFinite }
    return TensorProfile.ErrorCurve(
      zeroPoint: zeroPoint, end: end, clips: finite.map { clips[$0] },
      clipping: finite.map { sums[$0].clippingMSE.rounded(toDigits: 5) },
      rounding: finite.map { sums[$0].roundingMSE.rounded(toDigits: 5) })
  }
}

extension Double {
  /// The nearest decimal with the given number of significant digits.
  func rounded(toDigits digits: Int) -> Double {
    Double(String(format: "%.\(digits - 1)e", self)) ?? self
  }
}
