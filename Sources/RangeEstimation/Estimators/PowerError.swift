internal import Foundation
internal import QuantizationCore

extension SampleStatistics {
  /// The sum of |x - x^|^power, in units of the largest magnitude, so that no power overflows.
  ///
  /// Measured in Double against the exact levels; squares go to the shared kernel instead, which
  /// is faster. Either is good for comparing quantizers, not for comparing powers.
  func powerError(of parameters: QuantizationParameters, power: Double) -> Double {
    if power == 2 { return squaredError(of: parameters) }
    let scale = Double(parameters.scale)
    let unit = max(-range.lower, range.upper)
    let low = Double(parameters.grid.minimumCode - parameters.zeroPoint)
    let high = Double(parameters.grid.maximumCode - parameters.zeroPoint)
    var total = 0.0
    for value in values {
      let real = Double(value)
      let level = min(max(real / scale, low), high).roundedHalfEven
      let error = abs(real - level * scale) / unit
      if error > 0 { total += power == 1 ? error : exp(power * log(error)) }
    }
    return total
  }
}
