internal import QuantizationCore
internal import QuantizationKernels

/// Decides between quantizers that keep the values of a lane equally well, as the shared kernel
/// measures it: the tightest range that covers the values.
///
/// A constant c is kept by every scale c / q, a ternary or integer lane by many a fraction of its
/// step; coarse ones represent values up to a hundred times beyond the data, and lose other data. All
/// scales that keep a lane whose range, widened to zero, is [l, u] lay it over a whole number q of
/// steps:
/// ```
/// narrow     scale = max(-l, u) / q,                 q = 2^(b-1) - 1 ... 1
/// full       scale = -l / q or u / q, the end that needs the larger scale for all codes,
///                                                    q = 2^(b-1) or 2^(b-1) - 1 ... 1
/// unsigned   scale = u / q,                          q = 2^b - 1 ... 1;  values below zero are lost
/// affine     scale = (u - l) / q,                    q = 2^b - 1 ... 1;  l stays on a level
/// ```
/// The first q is min-max; fewer steps make coarser scales and wider ranges. The answer is the first
/// with the least error: min-max where it is exact, else the smallest exact step. A scale that Float32
/// rounds away is fitted once more to the codes by least squares.
struct TightestRange {
  /// A share of a step by which roundings to Float32 of a value, the range and a scale may move a
  /// value from a level: three of 2^-24, and room.
  private static let tolerance = 0x1p-21

  private let values: [Float]
  private let range: ClippingRange
  private let grid: CodeGrid
  /// Values that some number of steps did not fit: they are asked first about the next.
  private var witnesses: [Double] = []

  /// A quantizer with its measured sum of squared errors.
  typealias Candidate = (parameters: QuantizationParameters, error: Double)

  /// Prepares the decision on the values that the grid reaches.
  init(_ values: [Float], range: ClippingRange, grid: CodeGrid) {
    (self.values, self.range, self.grid) = (values, range, grid)
  }

  /// A quantizer with its error on the values.
  private func measured(_ parameters: QuantizationParameters) -> Candidate {
    (parameters, Kernels.measureError(of: values.span, with: parameters).squaredError)
  }

  /// Min-max, or the first quantizer over fewer steps that is better than all before it.
  ///
  /// Complexity: O(steps) where no number of steps fits, O(n) for each that does, up to the first
  /// that is exact.
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

  /// The better of ``best()`` and another quantizer, of equals the former; whether it is exact.
  mutating func best(
    against other: QuantizationParameters
  ) -> (parameters: QuantizationParameters, isExact: Bool) {
    let (tightest, other) = (best(), measured(other))
    let best = other.error < tightest.error ? other : tightest
    return (best.parameters, best.error == 0)
  }

  /// Whether every value is close to a level.
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

  /// The quantizer with the scale that is best for the codes of another.
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
