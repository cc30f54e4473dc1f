public import QuantizationCore

/// Tries nineteen scales around the one that puts the largest value on the outermost code, and
/// fits the scale to the codes of the best: the search of ggml's k-quants.
///
/// ```
/// m = the value of largest |x|;  N = 2^(b-1) (narrow: 2^(b-1) - 1, unsigned: 2^b - 1)
/// for r = (N + i / 10) / |m|, i = 0, -9 ... -1, 1 ... 9:   l = clamp(roundHalfEven(r x))
/// best   the first with the largest (sum w x l)^2 / sum w l^2,  w = x^2
/// scale  = sum w x l / sum w l^2
/// ```
///
/// A scale, so no convention is needed. The peer lets the scale be negative, so that m always falls
/// on the longer side of two's complement. Here a scale is positive: affine grids do the same with
/// the zero point in the middle, N codes on the side of m and N - 1 on the other; the full grid
/// does it for negative m, and a positive m falls on its last code; the narrow and the unsigned
/// grid have no longer side. On the full grid negating the data can change the answer.
///
/// Known failure: weights x^2 favor the large values, which costs 8 % of the squared error at 4
/// bits on groups of 32; and scales beyond a tenth of the largest value's are not tried, so it is a
/// rule for small groups: on a tensor with outliers it is hardly better than min-max.
///
/// Source: ggml, `make_qx_quants`.
public struct GGMLSearchEstimator: RangeEstimator {
  /// Name and source.
  public static let descriptor = EstimatorDescriptor(
    identifier: "ggml-search", family: .search,
    summary: "nineteen scales around the maximum's, the best fitted to its codes",
    cost: "19 passes of O(n)", reference: "ggml make_qx_quants")

  /// Takes no parameters.
  public init(_ arguments: EstimatorArguments) {}

  /// The fitted scale.
  public func parameters(
    from statistics: SampleStatistics, on grid: CodeGrid
  ) throws(EstimationError) -> QuantizationParameters {
    try statistics.requireEveryValue()
    let data = statistics.range
    let isNegative = -data.lower > data.upper && grid.reachesBelowZero
    let largest = isNegative ? -data.lower : data.upper
    guard largest > 0 else { return QuantizationParameters(scale: 0, grid: grid) }
    let half = grid.bits.levels / 2
    let zeroPoint =
      grid.family.scheme == .affine ? grid.minimumCode + (isNegative ? half : half - 1) : 0
    let low = Double(grid.minimumCode - zeroPoint)
    let high = Double(grid.maximumCode - zeroPoint)
    let outermost = max(-low, high)
    var best: (score: Double, scale: Double) = (-1, 0)
    for tenths in [0] + Array(-9...9).filter({ $0 != 0 }) {
      let fit = ScaleFit(
        statistics.values, unit: largest, low: low, high: high,
        stepsPerUnit: outermost + Double(tenths) / 10)
      if fit.score > best.score { best = (fit.score, fit.scale) }
    }
    return QuantizationParameters(scale: best.scale * largest, zeroPoint: zeroPoint, grid: grid)
  }
}

/// Least squares for fixed codes, with weights x^2.
private struct ScaleFit {
  /// What squared error the fit takes away.
  let score: Double
  /// The scale, in units of the largest magnitude.
  let scale: Double

  init(_ values: [Float], unit: Double, low: Double, high: Double, stepsPerUnit: Double) {
    var (mixed, square) = (0.0, 0.0)
    for value in values {
      let real = Double(value) / unit
      let code = min(max(real * stepsPerUnit, low), high).roundedHalfEven
      let weighted = real * real * code
      mixed += weighted * real
      square += weighted * code
    }
    score = square > 0 ? mixed * mixed / square : 0
    scale = square > 0 ? mixed / square : 0
  }
}
