public import QuantizationCore

/// Finds the range with the least mean squared error on the grid that will be used.
///
/// ```
/// scale, zero point = argmin sum (x - x^(scale, zero point))^2
/// ```
///
/// Up to 8 bits the answer is the global optimum, over every scale of the format and every integer
/// zero point: branch and bound with a certificate (`LeastSquares`), then a check against min-max on the
/// shared kernel. From 9 bits on, 2000 scales and the zero points around them are tried instead.
///
/// Known failure: squared error may not be what matters. One outlier of a thousand standard
/// deviations is kept exactly while everything else becomes zero, and logits lose their peaks.
///
/// Source: Choukroun et al. 2019 for the criterion; Idelbayev et al. 2021 for the exact optimum.
public struct MeanSquaredErrorEstimator: RangeEstimator {
  /// Name and source.
  public static let descriptor = EstimatorDescriptor(
    identifier: "mse", family: .search,
    summary: "the least mean squared error over all scales and zero points; certified to 8 bits",
    cost: "some hundred evaluations of O(2^bits log n)",
    reference: "Idelbayev et al. 2021; branch and bound", takesAnyLevels: true,
    picksOptimum: true)

  /// There are no parameters.
  public init() {}

  /// Takes no parameters.
  public init(_ arguments: EstimatorArguments) {}

  /// The optimum.
  public func parameters(
    from statistics: SampleStatistics, on grid: CodeGrid
  ) throws(EstimationError) -> QuantizationParameters {
    LeastSquares.solve(statistics, on: grid).parameters
  }
}
