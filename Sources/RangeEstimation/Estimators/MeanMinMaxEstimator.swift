public import QuantizationCore

/// Averages the extrema of calibration batches.
///
/// ```
/// [lower, upper] = [mean of batch minima, mean of batch maxima], covered by the grid
/// ```
///
/// The outermost levels reach the ends of the range. With one batch it is min-max. Known failure:
/// batches weigh the same whatever their size, and with one batch or batches alike nothing is gained
/// over min-max.
///
/// Source: the default for activations of several toolkits, among them NNCF (`MEAN_MINMAX`).
public struct MeanMinMaxEstimator: RangeEstimator {
  /// Name and source.
  public static let descriptor = EstimatorDescriptor(
    identifier: "mean-minmax", family: .statistics,
    summary: "the mean of the batches' extrema", cost: "O(n)", reference: "NNCF MEAN_MINMAX",
    breaks: [.batching], takesAnyLevels: true)

  /// Takes no parameters.
  public init(_ arguments: EstimatorArguments) {}

  /// Covers the mean extrema.
  public func parameters(
    from statistics: BatchStatistics, on grid: CodeGrid
  ) throws(EstimationError) -> QuantizationParameters {
    let extrema = statistics.batchExtrema
    let lower = extrema.reduce(0) { $0 + Double($1.minimum) } / Double(extrema.count)
    let upper = extrema.reduce(0) { $0 + Double($1.maximum) } / Double(extrema.count)
    return QuantizationParameters(covering: ClippingRange(lower, upper), on: grid)
  }
}
