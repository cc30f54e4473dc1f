public import QuantizationCore
internal import QuantizationKernels

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
/// Sums are Float32 in the order of the values, as the peer's: of scales nearly alike, rounding decides.
/// So the order of values, and of batches, can show. They are in units of a power of two near |m|, so
/// that what the peer does not survive, squares beyond Float32, is no exception.
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
    cost: "19 passes of O(n)", visitsEveryValue: true, reference: "ggml make_qx_quants",
    breaks: [.batching, .permutation])

  /// Takes no parameters.
  public init(_ arguments: EstimatorArguments) {}

  /// The fitted scale.
  public func parameters(
    from statistics: BatchStatistics, on grid: CodeGrid
  ) throws(EstimationError) -> QuantizationParameters {
    let values = statistics.values
    let (least, most) = values[...].extremes
    let isNegative =
      grid.reachesBelowZero
      && (-least > most || -least == most && values.first { abs($0) == most } ?? 0 < 0)
    let largest = isNegative ? -least : most
    guard largest > 0 else { return QuantizationParameters(scale: 0, grid: grid) }
    let half = grid.bits.levels / 2
    let zeroPoint =
      grid.family.scheme == .affine ? grid.minimumCode + (isNegative ? half : half - 1) : 0
    let codes = grid.minimumCode - zeroPoint...grid.maximumCode - zeroPoint
    let outermost = Float(max(-codes.lowerBound, codes.upperBound))
    let unit = largest.binade
    let tenths = [0] + Array(-9...9).filter { $0 != 0 }
    let steps: [Float] = tenths.map { (outermost + 0.1 * Float($0)) / (largest / unit) }
    let fits = Kernels.scaleFits(of: values.span, unit: unit, stepsPerUnit: steps, codes: codes)
    var best: ScaleFit?
    for fit in fits where best.map({ fit.isBetter(than: $0) }) ?? true { best = fit }
    return QuantizationParameters(
      scale: Double(best?.scale ?? 0) * Double(unit), zeroPoint: zeroPoint, grid: grid)
  }
}

/// Least squares for fixed codes, with weights x^2.
extension ScaleFit {
  /// The scale, in units.
  fileprivate var scale: Float { square > 0 ? mixed / square : 0 }

  /// Whether it takes more squared error away.
  fileprivate func isBetter(than other: ScaleFit) -> Bool {
    square > 0 && mixed * mixed > other.scale * other.mixed * square
  }
}
