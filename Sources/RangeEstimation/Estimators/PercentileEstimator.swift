public import QuantizationCore

/// Clips a fixed share of the values.
///
/// ```
/// symmetric   [-a, a], a = the p-th percentile of |x|
/// affine      [the (100-p)-th, the p-th percentile of x]
/// rank        h = (n-1) p/100;  value = x[floor h] + (h - floor h) (x[floor h + 1] - x[floor h])
/// ```
///
/// The percentile is numpy's default, linear interpolation between order statistics, in Double.
///
/// numpy's own answers: 620 of 624 reproduced. The other four have infinite values, which numpy ranks
/// among the others and the lab leaves out.
///
/// Known failure: the right p depends on the bit width and on the tail (99 at 4 bits, 99.99 to
/// 99.999 at 8 bits), and a tensor of mostly zeros has its percentile at or near zero.
///
/// Source: Hyndman & Fan, Sample quantiles in statistical packages, 1996, definition 7; used for
/// ranges by NVIDIA (Wu et al. 2020).
public struct PercentileEstimator: RangeEstimator {
  /// Name, parameter and source.
  public static let descriptor = EstimatorDescriptor(
    identifier: "percentile", family: .statistics,
    summary: "clips a fixed share of the values at the outside",
    parameters: [Self.percentile],
    cost: "O(log n)", reference: "Hyndman & Fan 1996 (7); Wu et al. 2020", takesAnyLevels: true)

  private static let percentile = Parameter<Double>(
    "p", in: 50...100, default: 99.99,
    meaning: "percentile of |x| (symmetric) or of x at both ends (affine)", isAlwaysNamed: true)

  /// The percentile, 50...100.
  public let percentile: Double

  /// Takes `p`.
  public init(_ arguments: EstimatorArguments) { percentile = arguments[Self.percentile] }

  /// Covers the percentiles.
  public func parameters(
    from statistics: SampleStatistics, on grid: CodeGrid
  ) throws(EstimationError) -> QuantizationParameters {
    let range =
      switch grid.family.scheme {
      case .symmetric:
        ClippingRange(
          magnitude: Self.quantile(percentile, statistics.count, statistics.magnitude(rank:)))
      case .affine:
        ClippingRange(
          Self.quantile(100 - percentile, statistics.count, statistics.value(rank:)),
          Self.quantile(percentile, statistics.count, statistics.value(rank:)))
      }
    return QuantizationParameters(covering: range, on: grid)
  }

  /// Interpolates between the order statistics around rank (n-1) p/100, from the nearer one, as
  /// numpy does: the last bit depends on it.
  static func quantile(
    _ percentile: Double, _ count: Int, _ value: (Int) -> Double
  ) -> Double {
    let rank = Double(count - 1) * (percentile / 100)
    let index = min(Int(rank), count - 1)
    let weight = rank - Double(index)
    let low = value(index)
    let high = value(min(index + 1, count - 1))
    return weight < 0.5 ? low + (high - low) * weight : high - (high - low) * (1 - weight)
  }
}
