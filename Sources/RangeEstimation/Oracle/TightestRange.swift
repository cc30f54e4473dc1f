internal import QuantizationCore
internal import QuantizationKernels

/// Picks one of the quantizers that reproduce all values of a lane: the one with the tightest range
/// that covers the values.
///
/// Often several scales reproduce a lane: all scales c / q for a constant c and integers q, and several
/// fractions of the step for a lane of integers. Coarse scales represent values up to a hundred times
/// beyond the data, and have a larger error on other data. Let [l, u] be the range of the lane, widened
/// to zero. Every scale that reproduces the lane divides its range into a whole number q of steps:
/// ```
/// narrow     scale = max(-l, u) / q,                 q = 2^(b-1) - 1 ... 1
/// full       scale = -l / q or u / q, the end that needs the larger scale for all codes,
///                                                    q = 2^(b-1) or 2^(b-1) - 1 ... 1
/// unsigned   scale = u / q,                          q = 2^b - 1 ... 1;  values below zero are lost
/// affine     scale = (u - l) / q,                    q = 2^b - 1 ... 1;  l stays on a level
/// ```
/// The first q of each row is min-max; smaller q have larger scales and wider ranges. The result is
/// the first of those with the least error on the shared kernel: min-max if it is exact, or else
/// the smallest exact step. If rounding to Float32 makes a scale inexact, least squares fits it
/// once more to the codes.
struct TightestRange {
  /// The largest distance between a value and its level, in steps and relative to the code, that
  /// rounding to Float32 can cause.
  ///
  /// Three roundings, of the value, of the range and of the scale, cause at most 3 * 2^-24; this is
  /// a little more.
  private static let tolerance = 0x1p-21

  private let values: [Float]
  private let range: ClippingRange
  private let grid: CodeGrid
  /// Values that did not fit for some number of steps.
  ///
  /// They are tested first for the next one.
  private var witnesses: [Double] = []

  /// A quantizer with its measured sum of squared errors.
  typealias Candidate = (parameters: QuantizationParameters, error: Double)

  /// Takes the values that the grid can represent otherwise than as zero, and the range of the lane.
  init(_ values: [Float], range: ClippingRange, grid: CodeGrid) {
    (self.values, self.range, self.grid) = (values, range, grid)
  }

  /// The quantizer with its error on the values.
  private func measured(_ parameters: QuantizationParameters) -> Candidate {
    (parameters, Kernels.measureError(of: values.span, with: parameters).squaredError)
  }

  /// The best quantizer of min-max and those with fewer steps; the one with the most steps of equals.
  ///
  /// - Complexity: O(steps) if no number of steps fits the values, and O(n) for each number of
  ///   steps that fits, up to the first exact one.
  mutating func best() -> Candidate {
    var best = measured(QuantizationParameters(covering: range, on: grid))
    for steps in stride(from: grid.steps(covering: range), through: 1, by: -1) {
      guard best.error > 0 else { break }
      guard fits(steps) else { continue }
      let plain = measured(QuantizationParameters(covering: range, in: steps, on: grid))
      if plain.error < best.error { best = plain }
      guard plain.error > 0 else { break }
      let fitted = measured(refitted(plain.parameters, steps))
      if fitted.error < best.error { best = fitted }
    }
    return best
  }

  /// The better of ``best()`` and another quantizer, and whether it is exact; ``best()`` if both are
  /// equally good.
  mutating func best(
    against other: QuantizationParameters
  ) -> (parameters: QuantizationParameters, isExact: Bool) {
    let (tightest, other) = (best(), measured(other))
    let best = other.error < tightest.error ? other : tightest
    return (best.parameters, best.error == 0)
  }

  /// Whether every value is close to a level of the range divided into some number of steps.
  private mutating func fits(_ steps: Int) -> Bool {
    let perUnit = Double(steps) / grid.width(of: range)
    func isClose(_ value: Double) -> Bool {
      let place = value * perUnit
      return abs(place - place.roundedHalfEven) <= Self.tolerance * max(abs(place), 1)
    }
    guard witnesses.allSatisfy(isClose) else { return false }
    guard let stranger = values.first(where: { !isClose(Double($0)) }) else { return true }
    witnesses.append(Double(stranger))
    return false
  }

  /// The quantizer with the same zero point and the scale that is best, by least squares, for the codes
  /// that values have with some number of steps.
  private func refitted(
    _ parameters: QuantizationParameters, _ steps: Int
  ) -> QuantizationParameters {
    let perUnit = Double(steps) / grid.width(of: range)
    var (linear, square) = (0.0, 0.0)
    for value in values.lazy.map(Double.init) {
      let code = (value * perUnit).roundedHalfEven
      linear += code * value
      square += code * code
    }
    return QuantizationParameters(
      scale: linear / square, zeroPoint: parameters.zeroPoint, grid: grid)
  }
}
