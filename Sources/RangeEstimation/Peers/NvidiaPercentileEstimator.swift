public import QuantizationCore

/// NVIDIA's percentile calibration: a percentile of |x| read from a histogram.
///
/// ```
/// alpha = e[k],  k the first bin with  sum_{j<=k} h[j] / N  >=  p / 100
/// ```
///
/// `h` counts |x| in 2048 bins of the first batch, grown by appending bins (`GrowingHistogram`);
/// `e[k]` is the left edge of bin k, so the answer lies up to one bin below the percentile. The
/// parameters cover [-alpha, alpha].
///
/// The library's own answers: 336 of 336 reproduced. A scale below the least normal Float32 is
/// raised to it here, where the library keeps a subnormal one.
///
/// Known failure: a single far outlier puts all other values into the first bin, whose left edge
/// is 0: the range is empty and everything becomes 0. Scales are then 1, flagged as degenerate.
///
/// Source: pytorch-quantization 2.2.1, histogram calibrator, method percentile.
public struct NvidiaPercentileEstimator: RangeEstimator {
  /// Name, parameters and source.
  public static let descriptor = EstimatorDescriptor(
    identifier: "nvidia-percentile", family: .distribution,
    summary: "a percentile of |x| from NVIDIA's growing histogram, at the left edge of its bin",
    parameters: [Self.percentile, NvidiaCalibration.bins, NvidiaCalibration.histogram],
    cost: "O(n + bins)", reference: "pytorch-quantization 2.2.1 (NVIDIA)",
    breaks: [.batching, .everyGrid])

  private static let percentile = Parameter<Double>(
    "p", in: 50...100, default: 99.99, meaning: "percentile of |x|", isAlwaysNamed: true)

  private let percentile: Double
  private let bins: Int
  private let method: NvidiaCalibration.Method

  /// Takes `p`, `bins` and `histogram`.
  public init(_ arguments: EstimatorArguments) {
    percentile = arguments[Self.percentile]
    bins = arguments[NvidiaCalibration.bins]
    method = arguments[NvidiaCalibration.histogram]
  }

  /// Covers the percentile.
  public func parameters(
    from statistics: BatchStatistics, on grid: CodeGrid
  ) throws(EstimationError) -> QuantizationParameters {
    _ = try NvidiaCalibration.levels(on: grid)
    let histogram = try NvidiaCalibration.counted(statistics, bins: bins, with: method)
    let bin = CumulativeShare(of: histogram.counts).firstBin(reaching: percentile / 100)
    return QuantizationParameters(
      covering: ClippingRange(magnitude: histogram.edges[bin]), on: grid)
  }
}
