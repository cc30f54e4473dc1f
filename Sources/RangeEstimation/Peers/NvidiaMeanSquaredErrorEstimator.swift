public import QuantizationCore

/// NVIDIA's mean-squared-error calibration on a histogram.
///
/// ```
/// alpha = c[i],  i the first in start..<B with the least  sum_k h[k] (q_i(c[k]) - c[k])^2
/// q_i(c) = clamp(roundHalfEven(c m / c[i]), 0, m) c[i] / m,   m = 2^(b-1) - 1 (unsigned: 2^b - 1)
/// ```
///
/// `h` counts |x| in 2048 bins of the first batch, grown by appending bins (`GrowingHistogram`),
/// with centres `c`. The parameters cover [-alpha, alpha]. Quirks that are kept:
/// - the answer is a centre, never the maximum, and never below bin 128 of 2048;
/// - thresholds up to 2^-24 quantize everything to zero, so smaller data get the first candidate;
/// - errors are squared in Float32: where that overflows, from about 1e19, the first candidate wins.
///
/// The library's own answers: 378 of 378 reproduced. It adds in Float32, so that of two candidates
/// nearly alike it may pick the other; a scale below the least normal Float32 is raised to it here.
///
/// Known failure: one value 16 times beyond all others puts the optimum out of reach.
///
/// Source: pytorch-quantization 2.2.1, histogram calibrator, method mse.
public struct NvidiaMeanSquaredErrorEstimator: RangeEstimator {
  /// Name, parameters and source.
  public static let descriptor = EstimatorDescriptor(
    identifier: "nvidia-mse", family: .search,
    summary: "the least squared error of bin centres on NVIDIA's growing histogram of |x|",
    parameters: [NvidiaCalibration.bins, NvidiaCalibration.start, NvidiaCalibration.histogram],
    cost: "O(n + bins 2^bits)", reference: "pytorch-quantization 2.2.1 (NVIDIA)",
    breaks: [.batching, .scaling, .everyGrid])

  private let bins: Int
  private let start: Int
  private let method: NvidiaCalibration.Method

  /// Takes `bins`, `start` and `histogram`.
  public init(_ arguments: EstimatorArguments) {
    bins = arguments[NvidiaCalibration.bins]
    start = arguments[NvidiaCalibration.start]
    method = arguments[NvidiaCalibration.histogram]
  }

  /// Covers the best centre.
  public func parameters(
    from statistics: BatchStatistics, on grid: CodeGrid
  ) throws(EstimationError) -> QuantizationParameters {
    let largestCode = try NvidiaCalibration.levels(on: grid) - 1
    let histogram = try NvidiaCalibration.counted(statistics, bins: bins, with: method)
    let count = histogram.counts.count
    guard start < count else {
      throw .notDefined(reason: "start \(start): the last bin is \(count - 1)")
    }
    try PeerWork.check(candidates: count - start, each: min(largestCode, count))
    let lower = histogram.edges[0]
    let width = (histogram.edges[count] - lower) / Double(count)
    let squares = BinSquares(masses: histogram.counts, first: lower + width / 2, width: width)
    return QuantizationParameters(
      covering: ClippingRange(magnitude: bestCentre(squares, largestCode: Double(largestCode))),
      on: grid)
  }

  private func bestCentre(_ squares: BinSquares, largestCode: Double) -> Double {
    let bins = 0..<squares.count
    let distance = Float(squares.middle(squares.count - 1) - squares.middle(start))
    guard (distance * distance).isFinite else { return squares.middle(start) }
    func error(_ bin: Int, below bound: Double) -> Double {
      let threshold = squares.middle(bin)
      // The library takes such a threshold for zero.
      guard threshold > 0x1p-24 else { return squares.error(of: bins, on: 0) }
      return squares.error(
        of: bins, delta: threshold / largestCode, offset: 0, codes: 0...largestCode, below: bound)
    }
    // A few first, so that most of the rest are given up half way.
    var bound = stride(from: start, to: bins.count, by: 32).reduce(Double.infinity) {
      min($0, error($1, below: $0))
    }
    let best = firstBest(bins.dropFirst(start)) { bin in
      let error = error(bin, below: bound)
      bound = min(bound, error)
      return error
    }
    return squares.middle(best ?? start)
  }
}
