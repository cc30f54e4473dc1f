public import QuantizationCore

/// ACIQ with the step of the grid that is used: both in the model and in the answer.
///
/// ```
/// J(alpha) = E[(|x| - alpha)^2; |x| > alpha] + kappa alpha^2,   kappa = (step / alpha)^2 / 12
/// step / alpha   narrow 1/(2^(b-1)-1)   full 2/(2^b-1)   unsigned 1/(2^b-1)   affine 2/(2^b-1)
/// laplace        alpha = beta W(1 / kappa)
/// gaussian       alpha = sigma argmin J
/// mix            the least measured squared error of both and min-max
/// ```
///
/// The scale is alpha times that step; one-sided data on an affine grid are [0, alpha] with the
/// step of the unsigned grid. Means, sides and ends of the range are those of `aciq`.
///
/// Known failure: the model, as with `aciq`; and rounding noise is charged to clipped values too,
/// which at 2 bits on the narrow grid makes the clip of a normal density 1 % too wide.
///
/// Source: this laboratory, after Banner et al. 2019: the published constants assume 2^b steps,
/// while no grid with a zero has more than 2^b - 1.
public struct ACIQGridEstimator: RangeEstimator {
  /// Name, parameter and source.
  public static let descriptor = EstimatorDescriptor(
    identifier: "aciq-grid", family: .statistics,
    summary: "the best clip of a density model for the step of the grid in use",
    parameters: [ACIQRule.distribution], cost: "O(log n); mix: three measurements",
    reference: "after Banner et al. 2019 (ACIQ)")

  private let rule: ACIQRule

  /// Takes `distribution`.
  public init(_ arguments: EstimatorArguments) {
    rule = ACIQRule(distribution: arguments[ACIQRule.distribution], convention: .outermostLevel)
  }

  /// The quantizer of the model.
  public func parameters(
    from statistics: SampleStatistics, on grid: CodeGrid
  ) throws(EstimationError) -> QuantizationParameters {
    try rule.parameters(of: statistics, on: grid)
  }
}
