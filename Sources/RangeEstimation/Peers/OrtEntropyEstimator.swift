public import QuantizationCore

/// ONNX Runtime's entropy calibration.
///
/// ```
/// [e[z-i], e[z+i+1]],  i the first in n/2...B/2 with the least KL(P_i || Q_i),  z = B / 2
/// ```
///
/// over windows around the middle of a histogram of x on [-t, t] (`CentredHistogram`), Q in n
/// whole-numbered levels (`CentredWindows`). Both ends are then moved into the observed
/// [min, max], and the grid covers the result. Quirks that are kept:
/// - with the default 128 bins and 128 levels there is one candidate: min-max, until a later,
///   larger batch has added bins;
/// - n is the number of levels of the whole window whatever the bit width;
/// - level values are truncated to whole numbers, and the bins left over get none;
/// - a scale below the least normal Float32 becomes 1.
///
/// Where the library stops with a failed assertion (fewer than one bin in 10,000 with a count) the
/// divergence is infinite here.
///
/// The library's own answers: 878 of 886 reproduced. It computes divergences in Float32; the other
/// eight, of 1,000 values at 2 and 3 bits, are ties there between two neighbouring windows. Intel
/// Neural Compressor's: 120 of 124; the other four have subnormal scales, where this rule's is 1.
///
/// Known failure: with 2048 bins far outliers are clipped at many times the least squared error.
///
/// Source: ONNX Runtime 1.31.1, quantization calibrator, method Entropy.
public struct OrtEntropyEstimator: RangeEstimator {
  /// Name, parameters and source.
  public static let descriptor = EstimatorDescriptor(
    identifier: "ort-entropy", family: .distribution,
    summary: "the least KL divergence on ONNX Runtime's centred histogram",
    parameters: [Self.bins, Self.levels],
    cost: "O(n + bins quantized)", reference: "ONNX Runtime 1.31.1", breaks: [.batching])

  private static let bins = Parameter<Int>(
    "bins", in: 16...65536, default: 128, meaning: "bins of the histogram of the first batch")
  private static let levels = Parameter<Int>(
    "quantized", in: 2...65536, default: 128, meaning: "levels of the quantized histogram")

  private let bins: Int
  private let levels: Int

  /// Takes `bins` and `quantized`.
  public init(_ arguments: EstimatorArguments) {
    bins = arguments[Self.bins]
    levels = arguments[Self.levels]
  }

  /// Covers the best window.
  public func parameters(
    from statistics: BatchStatistics, on grid: CodeGrid
  ) throws(EstimationError) -> QuantizationParameters {
    let histogram = try CentredHistogram.of(statistics, bins: bins)
    try PeerWork.check(candidates: histogram.counts.count / 2, each: levels)
    let windows = CentredWindows(counts: histogram.counts, levels: levels)
    guard let window = windows.best() else {
      throw .notDefined(reason: "\(levels) levels: the histogram has fewer bins")
    }
    return OrtCalibration.parameters(
      lower: histogram.edges[window.lowerBound], upper: histogram.edges[window.upperBound],
      observed: statistics.batches, on: grid)
  }
}
