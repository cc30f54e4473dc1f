public import QuantizationCore

/// Covers everything: the range from the smallest to the largest value.
///
/// ```
/// [lower, upper] = [min x, max x], widened to zero and covered by the grid
/// ```
///
/// Nothing is clipped (but for half a unit in the last place of the scale). Known failure: one
/// outlier decides the step of all other values; at 4 bits and below almost every tensor loses.
///
/// Source: Jacob et al., Quantization and Training of Neural Networks for Efficient
/// Integer-Arithmetic-Only Inference, 2018.
public struct MinMaxEstimator: RangeEstimator {
  /// Name and source.
  public static let descriptor = EstimatorDescriptor(
    identifier: "minmax", family: .statistics,
    summary: "the smallest to the largest value; clips nothing",
    cost: "O(1)", reference: "Jacob et al. 2018", takesAnyLevels: true)

  /// Takes no parameters.
  public init(_ arguments: EstimatorArguments) {}

  /// Covers the extrema.
  public func parameters(
    from statistics: ExtremaStatistics, on grid: CodeGrid
  ) throws(EstimationError) -> QuantizationParameters {
    QuantizationParameters(covering: statistics.range, on: grid)
  }
}
