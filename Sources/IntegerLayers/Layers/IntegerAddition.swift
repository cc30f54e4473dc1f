package import QuantizationCore

/// The sum of two activations with quantizers of their own, in integers.
///
///     q_y = clamp(round(s_a / s_y (q_a - z_a) + s_b / s_y (q_b - z_b)) + z_y)
///
/// Each product is looked up by its code, in steps of `2^-20` of an output step; the sum is shifted back and
/// rounded to the nearest, ties to even. It is the exact code but where the sum is within 2^-20 of a
/// tie. TensorFlow Lite adds in the same way, with a shift of 20.
package struct IntegerAddition: Sendable {
  private static let shift = 20
  private let first: [Int]
  private let second: [Int]
  private let output: QuantizationParameters
  private let codes: ClosedRange<Int>

  /// An addition of two quantizers to a third.
  ///
  /// - Parameter bounds: Reals beyond which the output is cut off, by a Relu or Clip.
  /// - Throws: ``IntegerError`` where one of them has no byte codes, or a scale is more than 2^30 times the
  ///   output's.
  package init(
    _ layer: String, _ a: QuantizationParameters, _ b: QuantizationParameters,
    to output: QuantizationParameters, bounds: ClosedRange<Float> = -.infinity ... .infinity
  ) throws(IntegerError) {
    for one in [a, b, output] where !one.hasByteCodes {
      throw IntegerError(layer, "a term has the codes \(one.grid.codes); expected 8 bits")
    }
    func table(_ one: QuantizationParameters) throws(IntegerError) -> [Int] {
      let ratio = Double(one.scale) / Double(output.scale)
      guard ratio < 0x1p30 else {
        throw IntegerError(layer, "the scale \(one.scale) is more than 2^30 times that of the sum")
      }
      return (0...255).map {
        Int((Double($0 - one.storedZeroPoint) * ratio * 0x1p20).rounded(.toNearestOrEven))
      }
    }
    first = try table(a)
    second = try table(b)
    self.output = output
    codes = output.storedCodes(between: bounds)
  }

  /// The codes of the sums, as stored.
  ///
  /// - Precondition: As many codes on both sides.
  package func codes(_ a: [UInt8], _ b: [UInt8]) -> [UInt8] {
    precondition(a.count == b.count, "as many codes on both sides")
    let half = 1 << (Self.shift - 1)
    return zip(a, b).map { a, b in
      let sum = first[Int(a)] + second[Int(b)]
      var step = (sum + half) >> Self.shift
      if sum & (2 * half - 1) == half { step &= ~1 }
      return UInt8(min(max(step + output.storedZeroPoint, codes.lowerBound), codes.upperBound))
    }
  }
}
