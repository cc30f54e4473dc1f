internal import Foundation

/// A positive number as 31 bits and a shift, for processors without floating point.
///
/// `M = m 2^(shift - 31)` with m from 2^30 to 2^31 - 1. A product is rounded twice, as gemmlowp and TensorFlow
/// Lite do: the high half of `2 a m`, halves up (`SaturatingRoundingDoublingHighMul`), then the shift to the right,
/// halves away from zero (`RoundingDivideByPOT`; Jacob et al. 2018, arXiv:1712.05877, section 2.2 and appendix
/// B). The result is at most one step from the exact product. A shift to the left saturates at 32 bits.
package struct FixedPointMultiplier: Hashable, Sendable {
  /// m, of 31 bits; 0 for a number that is too small.
  package let mantissa: Int32
  /// The shift; to the left where positive.
  package let shift: Int

  /// The nearest number of this form.
  ///
  /// - Precondition: Finite, at least 0, and below 2^31.
  package init(_ value: Double) {
    precondition(value.isFinite && value >= 0 && value < 0x1p31, "a multiplier of \(value)")
    guard value > 0 else {
      (mantissa, shift) = (0, 0)
      return
    }
    var exponent = Int(value.exponent) + 1
    var bits = Int((value.significand / 2 * 0x1p31).rounded(.toNearestOrAwayFromZero))
    if bits == 1 << 31 {
      bits >>= 1
      exponent += 1
    }
    // So far to the right nothing is left of 32 bits.
    (mantissa, shift) = exponent < -31 ? (0, 0) : (Int32(bits), exponent)
  }

  /// The number that it stands for.
  package var value: Double { Double(mantissa) * pow(2, Double(shift - 31)) }

  /// The product with a sum, rounded.
  package func callAsFunction(_ sum: Int32) -> Int32 {
    let wide = Int(sum) << max(0, shift)
    let raised = Int(Int32(clamping: wide)) * Int(mantissa)
    let nudge = raised >= 0 ? 1 << 30 : 1 - 1 << 30
    let high = (raised + nudge) / (1 << 31)
    let right = max(0, -shift)
    let mask = (1 << right) - 1
    let threshold = mask >> 1 + (high < 0 ? 1 : 0)
    return Int32(clamping: high >> right + (high & mask > threshold ? 1 : 0))
  }
}
