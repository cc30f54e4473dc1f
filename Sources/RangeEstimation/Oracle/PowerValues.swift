internal import Foundation
internal import QuantizationCore
internal import QuantizationKernels

/// The values of a lane in units of a power of two, and a power that their errors are taken to.
///
/// Such a unit divides without rounding, and no power of what is left overflows.
struct PowerValues {
  let power: Double
  /// The unit: the least power of two that no magnitude exceeds.
  let unit: Double
  /// The range from smallest to largest in units, with zero.
  let range: ClippingRange
  /// The number of values.
  var count: Int { values.count }
  private let values: [Float]

  /// Takes finite values, not all of them zero, and their range.
  init(_ values: [Float], range: ClippingRange, power: Double) {
    self.values = values
    self.power = power
    unit = exp2(log2(max(-range.lower, range.upper)).rounded(.up))
    self.range = ClippingRange(range.lower / unit, range.upper / unit)
  }

  /// The sums at a scale in units.
  func sums(scale: Double, codes: ClosedRange<Int>) -> PowerSums {
    Kernels.powerSums(of: values.span, unit: unit, scale: scale, codes: codes, power: power)
  }

  /// The scale up to which an outermost value alone, clipped by more than the root of a cost, has an
  /// error above it; 0 where none is.
  func hopelessScale(codes: ClosedRange<Int>, above cost: Double) -> Double {
    // More than rounding makes of errors and of their powers.
    let clipped = pow(cost, 1 / power) * (1 + 1e-9) + 1e-14
    func scale(_ magnitude: Double, _ code: Int) -> Double {
      magnitude > clipped ? (magnitude - clipped) / Double(code) : 0
    }
    return max(scale(range.upper, codes.upperBound), scale(-range.lower, -codes.lowerBound))
  }

  /// The sum of |x - x^|^power in units to the power: good for comparing quantizers, not powers.
  func error(of parameters: QuantizationParameters) -> Double {
    error(of: parameters, below: .infinity)
  }

  /// The same sum; infinite where what one value loses is surely above a bound.
  func error(of parameters: QuantizationParameters, below bound: Double) -> Double {
    let least = parameters.grid.minimumCode - parameters.zeroPoint
    let most = parameters.grid.maximumCode - parameters.zeroPoint
    let scale = Double(parameters.scale) / unit
    if bound < .infinity {
      let clipped = max(range.upper - Double(most) * scale, Double(least) * scale - range.lower, 0)
      // The kernel's powers are good to 1e-10 of themselves.
      if pow(clipped, power) > bound * (1 + 1e-9) { return .infinity }
    }
    return sums(scale: scale, codes: least...most).cost
  }
}
