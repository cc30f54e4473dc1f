public import QuantizationCore

/// Clips where a normal or a Laplace density with the spread of the data would best be clipped.
///
/// ```
/// J(alpha) = E[(|x| - alpha)^2; |x| > alpha] + alpha^2 / (3 4^b)
/// laplace    alpha = beta W(3 4^b),  beta = mean |x - center|     2.83  3.90  5.03 ... 9.90
/// gaussian   alpha = sigma argmin J, sigma = sqrt(mean (x - center)^2)  1.71  2.15  2.56 ... 3.92
/// mix        the least measured squared error of both and min-max
/// ```
///
/// Scale, the convention of the paper: s = 2 alpha / 2^b, also on the narrow grid, which then ends
/// at (1 - 2^(1-b)) alpha. Where all codes go to one side, on the unsigned grid and for one-sided
/// data on an affine one, s = alpha / 2^b and alpha is that of b + 1 bits. Affine ranges of data
/// with both signs are [mean - alpha, mean + alpha], all others are taken around zero, and none
/// reaches outside the data. The paper takes deviations from the mean throughout; around zero is
/// the same for centered data, and right for the others.
///
/// Known failure: the model. The normal alpha costs 70 % of the error on Laplace data at 4 bits,
/// the Laplace alpha 77 % on normal data; heavy tails fit neither. On the narrow grid the convention
/// itself costs 28 % at 2 bits and 8 % at 4 bits; see `aciq-grid`.
///
/// Source: Banner, Nahshan, Soudry, Post training 4-bit quantization of convolutional networks for
/// rapid-deployment, 2019. Its tabulated constants are these formulas to 6 digits.
public struct ACIQEstimator: RangeEstimator {
  /// Name, parameter and source.
  public static let descriptor = EstimatorDescriptor(
    identifier: "aciq", family: .statistics,
    summary: "the best clip of a density model, step 2 alpha / 2^b",
    parameters: [ACIQRule.distribution], cost: "O(log n); mix: three measurements",
    reference: "Banner et al. 2019 (ACIQ)")

  private let rule: ACIQRule

  /// Takes `distribution`.
  public init(_ arguments: EstimatorArguments) {
    rule = ACIQRule(distribution: arguments[ACIQRule.distribution], convention: .powerOfTwo)
  }

  /// The quantizer of the model.
  public func parameters(
    from statistics: SampleStatistics, on grid: CodeGrid
  ) throws(EstimationError) -> QuantizationParameters {
    try rule.parameters(of: statistics, on: grid)
  }
}
