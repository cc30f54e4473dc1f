public import QuantizationCore

/// NVIDIA's entropy calibration, the public form of TensorRT's.
///
/// ```
/// alpha = e[i],  i the last in start...B with the least KL(P_i || Q_i)
/// P_i = h[0..<i], h[i...] added to its last bin
/// Q_i = h[0..<i] in 2^(b-1) levels (2^b without negative codes): each level's sum spread evenly
///       over its non-empty bins; the clipped mass is not added
/// ```
///
/// `h` counts |x| in 2048 bins of the first batch, grown by appending bins (`GrowingHistogram`),
/// with `h[0] := h[1]`. The parameters cover [-alpha, alpha]. Quirks that are kept:
/// - no threshold below bin 128 of 2048 is tried, whatever the bit width: nothing below 1/16 of
///   the maximum of the first batch;
/// - a window whose last bin is empty has an infinite divergence;
/// - a window without any count divides 0 by 0, and the arg-min of numpy takes the NaN: the last
///   such window wins over all others, so data far from zero lose everything above their gap.
///
/// The divergences are those of the library to 1e-13, from prefix sums: O(2^b) for each window
/// instead of O(bins).
///
/// The library's own answers: 344 of 344 reproduced. A scale below the least normal Float32 is
/// raised to it here, where the library keeps a subnormal one.
///
/// Known failure: KL does not see how far clipped values lie, and the first batch fixes the width
/// of bins for ever. Of data that stay away from zero everything is clipped, for the NaN of the last
/// empty window: uniform data from 8 to 10 end at 8.
///
/// Source: pytorch-quantization 2.2.1, histogram calibrator, method entropy; Migacz, 8-bit
/// Inference with TensorRT, GTC 2017.
public struct NvidiaEntropyEstimator: RangeEstimator {
  /// Name, parameters and source.
  public static let descriptor = EstimatorDescriptor(
    identifier: "nvidia-entropy", family: .distribution,
    summary: "the least KL divergence on NVIDIA's growing histogram of |x|",
    parameters: [NvidiaCalibration.bins, NvidiaCalibration.start, NvidiaCalibration.histogram],
    cost: "O(n + bins 2^bits)", reference: "pytorch-quantization 2.2.1 (NVIDIA)",
    breaks: [.batching, .everyGrid])

  private let bins: Int
  private let start: Int
  private let method: NvidiaCalibration.Method

  /// Takes `bins`, `start` and `histogram`.
  public init(_ arguments: EstimatorArguments) {
    bins = arguments[NvidiaCalibration.bins]
    start = arguments[NvidiaCalibration.start]
    method = arguments[NvidiaCalibration.histogram]
  }

  /// Covers the window with the least divergence.
  public func parameters(
    from statistics: BatchStatistics, on grid: CodeGrid
  ) throws(EstimationError) -> QuantizationParameters {
    let levels = try NvidiaCalibration.levels(on: grid)
    let histogram = try NvidiaCalibration.counted(statistics, bins: bins, with: method)
    let count = histogram.counts.count
    guard start <= count else {
      throw .notDefined(reason: "start \(start): there are only \(count) bins")
    }
    try PeerWork.check(candidates: count - start + 1, each: min(levels, count))
    let end = emptyWindow(of: histogram.counts) ?? bestWindow(of: histogram.counts, levels: levels)
    return QuantizationParameters(
      covering: ClippingRange(magnitude: histogram.edges[end]), on: grid)
  }

  /// The last window without a count, if there is one: its divergence is NaN.
  private func emptyWindow(of counts: [Double]) -> Int? {
    guard counts[1] == 0 else { return nil }
    let filled = counts.dropFirst().firstIndex { $0 > 0 } ?? counts.count
    return filled >= start ? filled : nil
  }

  private func bestWindow(of counts: [Double], levels: Int) -> Int {
    // With more levels than bins every bin is a level of its own, whatever their number.
    let windows = HistogramWindows(
      counts: counts, groups: min(levels, counts.count), objective: .divergence, zeroBin: 0)
    return windows.best((start...counts.count).map { 0..<$0 }).upperBound
  }
}
