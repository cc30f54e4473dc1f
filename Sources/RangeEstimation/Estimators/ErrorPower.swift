internal import Foundation
internal import QuantizationCore

/// A power p of errors, in two factors: `|e|^p = |e|^(p-2) e^2`.
struct ErrorPower: Sendable {
  let power: Double

  /// `|e|^(p-2)`, which the curvature of the power has as well; none of it for no error.
  ///
  /// Float is precise enough, a share of 1e-7 of a term, where it cannot overflow.
  @inline(__always)
  func curve(of size: Double) -> Double {
    switch power - 2 {
    case 0: 1
    case 1: size
    case 2: size * size
    case let exponent where size == 0: exponent < 0 ? .infinity : 0
    case let exponent where exponent < 0: pow(size, exponent)
    case let exponent: Double(powf(Float(size), Float(exponent)))
    }
  }

  /// `|e|^p`.
  @inline(__always)
  func callAsFunction(_ size: Double) -> Double { size > 0 ? curve(of: size) * size * size : 0 }
}

extension SampleStatistics {
  /// The sum of |x - x^|^power, in units of the largest magnitude, so that no power overflows.
  ///
  /// Measured in Double against the exact levels; squares go to the shared kernel instead, which
  /// is faster. Either is good for comparing quantizers, not for comparing powers.
  func powerError(of parameters: QuantizationParameters, power: Double) -> Double {
    if power == 2 { return squaredError(of: parameters) }
    let errorPower = ErrorPower(power: power)
    let scale = Double(parameters.scale)
    let unit = max(-range.lower, range.upper)
    let low = Double(parameters.grid.minimumCode - parameters.zeroPoint)
    let high = Double(parameters.grid.maximumCode - parameters.zeroPoint)
    var total = 0.0
    for value in values {
      let real = Double(value)
      let level = min(max(real / scale, low), high).roundedHalfEven
      total += errorPower(abs(real - level * scale) / unit)
    }
    return total
  }
}
