public import QuantizationCore

/// Clips what lies further from the mean than a number of standard deviations.
///
/// ```
/// [lower, upper] = [mean - k sigma, mean + k sigma], inside the extrema, covered by the grid
/// sigma^2        = mean of (x - mean)^2                                    k = 3 by default
/// ```
///
/// The outermost levels of the grid reach the ends of the range: narrow s = alpha / (2^(b-1) - 1).
/// Known failure: the right k grows with the bit width and with the tail; a normal density wants
/// 2.5 at 4 bits and 3.9 at 8 bits, a Laplace density 3.4 and 7.0, and three sigma of a tensor with
/// one great outlier may cut nothing or everything else.
///
/// Source: batch-normalization ranges of data-free quantization (Nagel et al. 2019, k = 6); LSQ+
/// (Bhalgat et al. 2020, k = 3).
public struct KSigmaEstimator: RangeEstimator {
  /// Name, parameter and source.
  public static let descriptor = EstimatorDescriptor(
    identifier: "k-sigma", family: .statistics,
    summary: "the mean plus and minus k standard deviations",
    parameters: [Self.reach],
    cost: "O(1)", reference: "Nagel et al. 2019; Bhalgat et al. 2020 (LSQ+)", takesAnyLevels: true)

  private static let reach = Parameter<Double>(
    "k", in: 0.1...100, default: 3, meaning: "standard deviations kept on either side of the mean",
    isAlwaysNamed: true)

  private let reach: Double

  /// Takes `k`.
  public init(_ arguments: EstimatorArguments) { reach = arguments[Self.reach] }

  /// Covers the range around the mean.
  public func parameters(
    from statistics: SampleStatistics, on grid: CodeGrid
  ) throws(EstimationError) -> QuantizationParameters {
    let width = reach * statistics.standardDeviation
    let (least, most) = (
      statistics.value(rank: 0), statistics.value(rank: statistics.count - 1)
    )
    let lower = min(max(least, statistics.mean - width), most)
    let upper = max(min(most, statistics.mean + width), least)
    return QuantizationParameters(covering: ClippingRange(lower, upper), on: grid)
  }
}
