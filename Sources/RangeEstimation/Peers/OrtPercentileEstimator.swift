public import QuantizationCore

/// ONNX Runtime's percentile calibration: percentiles read from a histogram.
///
/// ```
/// symmetric   [-e[k], e[k]],  k the first bin of |x| with share(<= k) >= p/100
/// affine      [e[i], e[j]],   i, j the first bins of x with share(<= .) >= (100-p)/200 and
///                             >= 1 - (100-p)/200
/// ```
///
/// Both ends are then moved into the observed [min, max]. Quirks that are kept:
/// - edges are left edges, so the upper end lies up to one bin below the percentile;
/// - the bins of |x| begin at the smallest magnitude of the first batch and grow by appending
///   (`GrowingHistogram`), those of x grow on both sides (`CentredHistogram`);
/// - a scale below the least normal Float32 becomes 1.
///
/// The library's own answers: 431 of 431 reproduced.
///
/// Known failure: a single far outlier leaves all other values in the first bin, whose left edge is
/// the smallest magnitude: the symmetric range then holds nothing else.
///
/// Source: ONNX Runtime 1.31.1, quantization calibrator, method Percentile.
public struct OrtPercentileEstimator: RangeEstimator {
  /// Name, parameters and source.
  public static let descriptor = EstimatorDescriptor(
    identifier: "ort-percentile", family: .distribution,
    summary: "percentiles from ONNX Runtime's growing histograms, at left edges of bins",
    parameters: [Self.percentile, Self.bins],
    cost: "O(n + bins)", reference: "ONNX Runtime 1.31.1", breaks: [.batching])

  private static let percentile = Parameter<Double>(
    "p", in: 50...100, default: 99.999,
    meaning: "percentile of |x| (symmetric); what is kept in the middle of x (affine)",
    isAlwaysNamed: true)
  private static let bins = Parameter<Int>(
    "bins", in: 16...65536, default: 2048, meaning: "bins of the histogram of the first batch")

  private let percentile: Double
  private let bins: Int

  /// Takes `p` and `bins`.
  public init(_ arguments: EstimatorArguments) {
    percentile = arguments[Self.percentile]
    bins = arguments[Self.bins]
  }

  /// Covers the percentiles.
  public func parameters(
    from statistics: BatchStatistics, on grid: CodeGrid
  ) throws(EstimationError) -> QuantizationParameters {
    let batches = statistics.batches
    switch grid.family.scheme {
    case .symmetric:
      let histogram = try GrowingHistogram.of(statistics, bins: bins, .numpyInFloat)
      let bin = CumulativeShare(of: histogram.counts).firstBin(reaching: percentile / 100)
      return OrtCalibration.parameters(
        lower: -histogram.edges[bin], upper: histogram.edges[bin], observed: batches, on: grid)
    case .affine:
      let histogram = try CentredHistogram.of(statistics, bins: bins)
      let share = CumulativeShare(of: histogram.counts)
      let cut = (100 - percentile) / 200
      return OrtCalibration.parameters(
        lower: histogram.edges[share.firstBin(reaching: cut)],
        upper: histogram.edges[share.firstBin(reaching: 1 - cut)], observed: batches, on: grid)
    }
  }
}
