public import QuantizationCore

/// Clips where rounding noise and clipping noise of the data themselves balance.
///
/// ```
/// J(alpha) = sum_{y > alpha} (y - alpha)^2 + c alpha^2 #{0 < y <= alpha},   y = |x|
/// alpha'   = sum_{y > alpha} y / (c #{0 < y <= alpha} + #{y > alpha})       (Newton, from 0)
/// c        = 4^-b / 3, where all codes go to one side 4^-b / 12
/// ```
///
/// Exact zeros have no rounding noise and do not count as in range. Scale, the convention behind c:
/// s = 2 alpha / 2^b, one-sided s = alpha / 2^b. Affine ranges are [-alpha, alpha] inside the data.
///
/// Known failure: the convention costs on the narrow grid as it does for `aciq` (`octav-grid` does
/// not); rounding noise is taken as uniform over all values, which is wrong below 4 bits, for
/// lattices and for values that crowd around zero. Values far apart can give several fixed points;
/// the one reached from zero is the narrowest.
///
/// Source: Sakr et al., Optimal clipping and magnitude-aware differentiation for improved
/// quantization-aware training, 2022.
public struct OCTAVEstimator: RangeEstimator {
  /// Name and source.
  public static let descriptor = EstimatorDescriptor(
    identifier: "octav", family: .statistics,
    summary: "the clip at which clipping and rounding noise balance, step 2 alpha / 2^b",
    cost: "some ten steps of O(log n)", reference: "Sakr et al. 2022 (OCTAV)")

  /// Takes no parameters.
  public init(_ arguments: EstimatorArguments) {}

  /// The quantizer of the fixed point.
  public func parameters(
    from statistics: SampleStatistics, on grid: CodeGrid
  ) throws(EstimationError) -> QuantizationParameters {
    OCTAVRule(convention: .powerOfTwo).parameters(of: statistics, on: grid)
  }
}
