public import QuantizationCore

/// Tries deltas and offsets on a histogram that the first batch fixes: the TF-enhanced analyzer in
/// AIMET's C++ library.
///
/// ```
/// shares of bins [k w, k w + w) (``AlignedHistogram``), each at its middle m;  S = qmax - qmin
/// low = min(0, first filled k w), high = max(0, last filled k w, low + 0.01)
/// symmetric  d0 = 2 max(-low, high) / S (unsigned: high / S);  d = d0 f, f = 0.01, 0.02 ... 1.01
/// affine     d0 = (high - low) / S, o0 = round(low / d0);  d = d0 k / 16, k = 1 ... 17;
///            o = truncate(-S + i S / 20), i = 0 ... 20;  [d o, d (o + S)] is left out where it
///            contains [d0 o0, d0 (o0 + S)] with room at both ends, is cut to it otherwise, and d
///            and o follow anew;  d0, o0 last
/// cost       sum share (m - m^)^2 inside; outside, gamma times the sum share (m - m')^2, where m'
///            is the middle of the bin with the outermost level; the first of the least
/// ```
///
/// Halves are rounded away from zero; the factors f are a running sum and the outermost levels
/// products in Float32, which decides where a level falls on the edge of a bin. The zero point is
/// qmin - o. All zeros are quantized over [-1, 1].
///
/// Known failure: batches that outgrow three times the first one are dropped, not clipped, so that
/// the range never covers them. A range below 0.01 is taken for 0.01: small values collapse to zero.
/// Edges of bins in the place of extremes cost up to a bin, and weights above 1 make the range too
/// wide for squared error.
///
/// The library's own answers: 440 of 454 reproduced. The others have infinite values, for which the
/// peer takes the largest Float32 and the lab nothing.
///
/// Source: AIMET 2.42 (Qualcomm), `TfEnhancedEncodingAnalyzer` of its C++ library; the arithmetic
/// of the histogram is inferred from the peer's answers.
public struct AIMETTFEnhancedEstimator: RangeEstimator {
  /// Name, parameters and source.
  public static let descriptor = EstimatorDescriptor(
    identifier: "aimet-tf-enhanced", family: .search,
    summary: "the least squared error, clipping threefold, on a histogram fixed by the first batch",
    parameters: [Self.bins, Self.gamma],
    cost: "O(n + 358 bins)", reference: "AIMET 2.42 TfEnhancedEncodingAnalyzer",
    breaks: [.batching, .scaling, .sign, .zeros])

  private static let bins = Parameter<Int>(
    "bins", in: 16...16384, default: 512, meaning: "bins over the width of the first batch")
  private static let gamma = Parameter<Double>(
    "gamma", in: 0.1...100, default: 3, meaning: "weight of clipped bins")

  private let bins: Int
  private let gamma: Double

  /// Takes `bins` and `gamma`.
  public init(_ arguments: EstimatorArguments) {
    bins = arguments[Self.bins]
    gamma = arguments[Self.gamma]
  }

  /// The best candidate.
  public func parameters(
    from statistics: BatchStatistics, on grid: CodeGrid
  ) throws(EstimationError) -> QuantizationParameters {
    let steps = Double(grid.steps)
    let found = try statistics.summary(bins) { batches throws(EstimationError) in
      try AlignedHistogram(batches, bins: bins)
    }
    guard let histogram = found else {
      return QuantizationParameters(
        scale: 2 / steps, zeroPoint: grid.minimumCode + Int((steps / 2).rounded()), grid: grid)
    }
    let best = firstBest(candidates(for: histogram, on: grid)) { candidate, bound in
      cost(candidate.delta, candidate.offset, steps, on: histogram, below: bound)
    }
    guard let best else { return QuantizationParameters(scale: 0, grid: grid) }
    return QuantizationParameters(
      scale: best.delta, zeroPoint: grid.minimumCode - Int(best.offset), grid: grid)
  }

  private func candidates(
    for histogram: AlignedHistogram, on grid: CodeGrid
  ) -> [(delta: Double, offset: Double)] {
    let steps = Double(grid.steps)
    let low = min(0, histogram.extent.lower * histogram.width)
    let high = max(0, histogram.extent.upper * histogram.width, low + 0.01)
    guard grid.family.scheme == .affine else {
      let widest = Float(grid.reachesBelowZero ? 2 * max(-low, high) / steps : high / steps)
      var factor: Float = 0
      return (1...101).map { _ in
        factor += 0.01
        return (Double(widest * factor), Double(grid.minimumCode))
      }
    }
    let widest = (high - low) / steps
    let whole = (low / widest).rounded()
    let (least, most) = (widest * whole, widest * (whole + steps))
    let cut = (1...17).flatMap { part in
      (0...20).compactMap { index -> (delta: Double, offset: Double)? in
        let delta = widest * Double(part) / 16
        let offset = (-steps + Double(index) * steps / 20).rounded(.towardZero)
        let (lower, upper) = (delta * offset, delta * (offset + steps))
        if lower < least && upper > most { return nil }
        let (start, end) = (max(lower, least), min(upper, most))
        guard start < end else { return nil }
        let own = (end - start) / steps
        return (own, (start / own).rounded())
      }
    }
    return cut + [(widest, whole)]
  }

  /// The cost of a candidate; infinite where it is above a bound.
  private func cost(
    _ delta: Double, _ offset: Double, _ steps: Double, on histogram: AlignedHistogram,
    below bound: Double
  ) -> Double {
    let (width, squares) = (histogram.width, histogram.squares)
    // In Float32, as the peer: a level may fall on the very edge of a bin.
    let bin = { (code: Double) in
      let place = (Float(delta) * Float(offset + code) / Float(width)).rounded(.down)
      return Int(min(max(Double(place) - histogram.first, 0), Double(squares.count - 1)))
    }
    let (lowest, highest) = (bin(0), bin(steps))
    let inside = lowest..<max(lowest, highest)
    func middle(_ bin: Int) -> Double { (histogram.first + Double(bin) + 0.5) * width }
    let clipped =
      gamma
      * (squares.error(of: 0..<lowest, on: middle(lowest))
        + squares.error(of: inside.upperBound..<squares.count, on: middle(highest)))
    guard clipped <= bound else { return .infinity }
    // With room for the rounding of the sum.
    let room = bound - clipped + 1e-12 * bound
    return clipped + squares.error(of: inside, delta: delta, offset: offset, below: room)
  }
}
