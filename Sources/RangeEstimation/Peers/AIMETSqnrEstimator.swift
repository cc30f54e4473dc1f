public import QuantizationCore

/// Tries deltas and offsets on a histogram, with clipped bins counted threefold: AIMET's analyzer
/// for the best signal to noise ratio, known as TF-enhanced.
///
/// ```
/// histogram of the values from min x to max x, each bin at its middle m;  S = qmax - qmin
/// low = min(0, min x), high = max(0, max x);  no delta below 2^-23
/// symmetric  d0 = 2 max(-low, high) / S (unsigned: high / S);  d = d0 k / 100, k = 1 ... 101
/// affine     d0 = (high - low) / S, o0 = roundHalfEven(low / d0)
///            o = o0 or one of 20 from -S to 0,  d = d0 k / 16, k = 1 ... 17;
///            [d o, d (o + S)] cut to [d0 o0, d0 (o0 + S)], then d and o anew
/// cost       sum count (m - m^)^2, times gamma where m is clipped; the first of the least
/// ```
///
/// Full grid: the outermost codes are -S/2 - 1/2 and S/2 - 1/2, so that the scale is A / 127.5 times
/// k / 100. The zero point is qmin - o.
///
/// Known failure: a bin is as wide as a step when half the bins are in use (8 bits with an outlier,
/// 9 bits and more always), and the cost no longer sees rounding. The floor breaks scale
/// equivariance. Cutting ranges to 17 x 21 candidates leaves affine errors some percent above the
/// least.
///
/// Source: AIMET (Qualcomm), `SqnrEncodingAnalyzer` of aimet_torch v2 with one batch; with 512 bins
/// its `TfEnhancedEncodingAnalyzer`. Its rows are reproduced (99 %) but for values of 1e28 and more,
/// where the squares of the peer overflow Float32, for all zeros, and for near ties. What it does
/// with several batches, and the older C++ analyzer with a histogram three times as wide as the
/// first batch, are other rules.
public struct AIMETSqnrEstimator: RangeEstimator {
  /// Name, parameters and source.
  public static let descriptor = EstimatorDescriptor(
    identifier: "aimet-sqnr", family: .search,
    summary: "the least squared error on a histogram with clipping counted threefold",
    parameters: [
      ParameterDescriptor(
        "bins", .integer(16...65536), default: .number(2048), meaning: "bins of the histogram"),
      ParameterDescriptor(
        "gamma", .number(0.1...100), default: .number(3), meaning: "weight of clipped bins"),
    ],
    cost: "O(357 bins)", reference: "AIMET SqnrEncodingAnalyzer", breaks: [.scaling])

  private let bins: Int
  private let gamma: Double

  /// Takes `bins` and `gamma`.
  public init(_ arguments: EstimatorArguments) {
    bins = arguments.integer("bins")
    gamma = arguments.number("gamma")
  }

  /// The best candidate.
  public func parameters(
    from statistics: SampleStatistics, on grid: CodeGrid
  ) throws(EstimationError) -> QuantizationParameters {
    let data = statistics.range
    let covering = QuantizationParameters(covering: data, on: grid)
    guard covering.condition != .degenerate else { return covering }
    let filled = filledBins(of: statistics)
    let steps = Double(grid.steps)
    var best = (cost: Double.infinity, delta: 0.0, offset: 0.0)
    for candidate in DeltaOffset.candidates(for: data, on: grid) {
      var cost = 0.0
      for bin in filled where cost < best.cost {
        let code = (bin.middle / candidate.delta - candidate.offset).rounded(.toNearestOrEven)
        let kept = min(max(code, 0), steps)
        let error = (kept + candidate.offset) * candidate.delta - bin.middle
        cost += bin.count * error * error * (kept == code ? 1 : gamma)
      }
      if cost < best.cost { best = (cost, candidate.delta, candidate.offset) }
    }
    return QuantizationParameters(
      scale: best.delta, zeroPoint: grid.minimumCode - Int(best.offset), grid: grid)
  }

  private func filledBins(of sample: SampleStatistics) -> [(middle: Double, count: Double)] {
    var (low, high) = (sample.value(rank: 0), sample.value(rank: sample.count - 1))
    // The peer's histogram of a constant.
    if low == high { (low, high) = (low - 0.5, high + 0.5) }
    guard low < high else { return [(low, Double(sample.count))] }
    let counts = sample.histogram(bins: bins, absolute: false, lower: low, upper: high)
    let width = (high - low) / Double(bins)
    return counts.enumerated().filter { $0.element > 0 }.map {
      (low + (Double($0.offset) + 0.5) * width, Double($0.element))
    }
  }
}

/// A quantizer as AIMET writes it: x^ = delta (q + offset) for q from 0 to S.
private struct DeltaOffset {
  let delta: Double
  let offset: Double

  private static let floor = 0x1p-23

  static func candidates(for data: ClippingRange, on grid: CodeGrid) -> [DeltaOffset] {
    let steps = Double(grid.steps)
    guard grid.family.scheme == .affine else {
      let widest =
        grid.reachesBelowZero ? 2 * max(-data.lower, data.upper) / steps : data.upper / steps
      return (1...101).map {
        DeltaOffset(
          delta: max(max(widest, floor) * Double($0) / 100, floor),
          offset: Double(grid.minimumCode))
      }
    }
    let widest = max((data.upper - data.lower) / steps, floor)
    let observed = (data.lower / widest).rounded(.toNearestOrEven)
    let offsets = Int(min(steps + 2, 21)) - 1
    let tested = (0..<offsets).map {
      (steps * (Double($0) / Double(offsets - 1) - 1)).rounded(.toNearestOrEven)
    }
    return (tested + [observed]).flatMap { offset in
      (1...17).map { part in
        let delta = max(widest * Double(part) / 16, floor)
        let low = max(widest * observed, delta * offset)
        let high = min(widest * (observed + steps), delta * (offset + steps))
        let cut = max((high - low) / steps, floor)
        return DeltaOffset(delta: cut, offset: (low / cut).rounded(.toNearestOrEven))
      }
    }
  }
}
