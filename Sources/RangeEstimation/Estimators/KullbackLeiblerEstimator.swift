public import QuantizationCore
internal import ScientificMath

/// Picks the range whose quantized histogram tells most of the original one: TensorRT's
/// calibration, at the bit width that will be used.
///
/// ```
/// kl             argmin KL(P || Q) over windows of the histogram;
///                P: the window, with what lies outside added to its end bins,
///                Q: the window without it, in as many groups as there are codes, each group's
///                   mass spread evenly over its non-empty bins
/// cross-entropy  argmin -sum P log Q; P: the whole histogram,
///                Q: the same groups, the outermost reaching to the end of the histogram
/// ```
///
/// Symmetric grids use a histogram of |x| and 2^(b-1) groups (unsigned: x and 2^b), and windows
/// that start at zero, the widest on ties. The first bin takes the count of the second, so that
/// exact zeros do not decide. Affine grids use a signed histogram and 2^b groups and move one end
/// at a time until neither moves.
///
/// Cross-entropy differs from KL by the entropy of P, so with TensorRT's P, which changes from
/// window to window, it would just prefer narrow windows; with the whole histogram for P the two
/// rank windows alike, and what is left is how the tail is told: KL sees only how much lies
/// outside, cross-entropy also how far.
///
/// Known failure: KL does not see how far clipped values lie (bad for heavy tails at 8 bits) and
/// hardly sees the scale inside a bin (too wide at 4 bits). Its answer depends on the bin width. Of
/// data that stay away from zero it clips everything: a window with the first filled bin only has no
/// divergence, so uniform data from 8 to 10 end at 8. Cross-entropy clips less of them: 42 % at 4
/// bits, 3 % at 8.
///
/// Source: Migacz, 8-bit Inference with TensorRT, GTC 2017.
public struct KullbackLeiblerEstimator: RangeEstimator {
  /// Name, parameters and source.
  public static let descriptor = EstimatorDescriptor(
    identifier: "kl", family: .distribution,
    summary: "the least Kullback-Leibler divergence between histogram and quantized histogram",
    parameters: [Self.bins, Self.objective],
    cost: "O(bins 2^bits)", reference: "Migacz 2017 (TensorRT)", breaks: [.everyGrid])

  private static let bins = Parameter<Int>(
    "bins", in: 16...65536, default: 2048, meaning: "bins of the histogram")
  private static let objective = Parameter(
    "objective", default: WindowObjective.divergence,
    meaning: "divergence of the window, or cross-entropy of the whole histogram")

  private let bins: Int
  private let objective: WindowObjective

  /// Takes `bins` and `objective`.
  public init(_ arguments: EstimatorArguments) {
    bins = arguments[Self.bins]
    objective = arguments[Self.objective]
  }

  /// The best window, covered by the grid.
  public func parameters(
    from statistics: SampleStatistics, on grid: CodeGrid
  ) throws(EstimationError) -> QuantizationParameters {
    let isFolded = grid.family.scheme == .symmetric && grid.reachesBelowZero
    let groups = isFolded ? grid.bits.levels / 2 : grid.bits.levels
    guard groups <= bins else {
      throw .notDefined(reason: "\(grid.bits) bits: \(groups) groups do not fit in \(bins) bins")
    }
    let data = statistics.range
    let lower = grid.family.scheme == .affine ? data.lower : 0
    let upper = isFolded ? max(-data.lower, data.upper) : data.upper
    // Narrower than this, bins are no longer apart in Double once they are Float32 values.
    guard upper - lower >= Double(Float.leastNormalMagnitude) else {
      return QuantizationParameters(covering: data, on: grid)
    }
    let histogram = try gslHistogram(of: statistics, absolute: isFolded, lower: lower, upper: upper)
    let windows = HistogramWindows(
      counts: histogram.counts, groups: groups, objective: objective,
      zeroBin: min(Int(-lower / (upper - lower) * Double(bins)), bins - 1))
    let window = lower < 0 ? windows.bestWindow() : windows.bestUpperEnd(from: 0)
    let edges = histogram.edges
    let (first, last) = (edges[window.lowerBound], edges[window.upperBound])
    return QuantizationParameters(
      covering: ClippingRange(isFolded ? -last : first, last), on: grid)
  }

  private func gslHistogram(
    of sample: SampleStatistics, absolute: Bool, lower: Double, upper: Double
  ) throws(EstimationError) -> Histogram {
    let counts = sample.histogram(bins: bins, absolute: absolute, lower: lower, upper: upper)
    do {
      return try Histogram(counts: counts.map { Double($0) }, lower: lower, upper: upper)
    } catch {
      throw .numerical(error.description)
    }
  }
}
