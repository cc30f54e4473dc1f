internal import Foundation
internal import QuantizationCore
internal import QuantizationKernels

/// The values of a lane, and the power p of errors to sum.
///
/// Values and scales are divided by a unit.
///
/// The unit is a power of two, so the division does not round. No power of the quotients overflows.
struct PowerValues {
  /// p.
  let power: Double
  /// The unit: the smallest power of two that is not less than any magnitude.
  let unit: Double
  /// The range from the smallest to the largest value, widened to zero, divided by the unit.
  let range: ClippingRange
  /// The number of values.
  var count: Int { values.count }
  private let values: [Float]

  /// Takes finite values, of which at least one is not zero, and their range.
  init(_ values: [Float], range: ClippingRange, power: Double) {
    self.values = values
    self.power = power
    unit = exp2(log2(max(-range.lower, range.upper)).rounded(.up))
    self.range = ClippingRange(range.lower / unit, range.upper / unit)
  }

  /// The sums at a scale that is divided by the unit.
  func sums(scale: Double, codes: ClosedRange<Int>) -> PowerSums {
    Kernels.powerSums(of: values.span, unit: unit, scale: scale, codes: codes, power: power)
  }

  /// A scale up to which the clipping error of the smallest or the largest value alone is above
  /// `cost`; 0 if there is none.
  func hopelessScale(codes: ClosedRange<Int>, above cost: Double) -> Double {
    // The margins are larger than the rounding errors of errors and powers.
    let clipped = pow(cost, 1 / power) * (1 + 1e-9) + 1e-14
    func scale(_ magnitude: Double, _ code: Int) -> Double {
      magnitude > clipped ? (magnitude - clipped) / Double(code) : 0
    }
    return max(scale(range.upper, codes.upperBound), scale(-range.lower, -codes.lowerBound))
  }

  /// The sum of `|x - x^|^p`, in units to the power p.
  ///
  /// Sums of quantizers can be compared, but not those of different p.
  func error(of parameters: QuantizationParameters) -> Double {
    error(of: parameters, below: .infinity)
  }

  /// The same sum; infinity if the clipping error of one value alone is above a bound.
  func error(of parameters: QuantizationParameters, below bound: Double) -> Double {
    let least = parameters.grid.minimumCode - parameters.zeroPoint
    let most = parameters.grid.maximumCode - parameters.zeroPoint
    let scale = Double(parameters.scale) / unit
    if bound < .infinity {
      let clipped = max(range.upper - Double(most) * scale, Double(least) * scale - range.lower, 0)
      // The powers of the kernel have a relative error of 1e-10.
      if pow(clipped, power) > bound * (1 + 1e-9) { return .infinity }
    }
    return sums(scale: scale, codes: least...most).cost
  }
}
