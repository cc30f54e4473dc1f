public import QuantizationCore

/// Tries deltas and offsets on a histogram, with clipped bins counted threefold: the torch analyzer
/// of AIMET for the best signal to noise ratio.
///
/// ```
/// histogram of the values (``RebinnedHistogram``), each bin at its middle m;  S = qmax - qmin
/// low = min(0, min x), high = max(0, max x);  no delta below 2^-23
/// symmetric  d0 = 2 max(-low, high) / S (unsigned: high / S);  d = d0 k / 100, k = 1 ... 101
/// affine     d0 = (high - low) / S, o0 = roundHalfEven(low / d0)
///            o = one of 20 from -S to 0, or o0;  d = d0 k / 16, k = 1 ... 17;
///            [d o, d (o + S)] cut to [d0 o0, d0 (o0 + S)], then d and o anew
/// cost       sum count (m - m^)^2, times gamma where m is clipped; the first of the least
/// ```
///
/// Full grid: the outermost codes are -S/2 - 1/2 and S/2 - 1/2, so that the scale is A / 127.5 times
/// k / 100. The zero point is qmin - o. Quirks that are kept:
/// - errors are Float32: where squares overflow (values beyond 1e18) every cost is infinite, and the
///   first candidate is taken, a hundredth of the symmetric range, a sixteenth of the affine one;
/// - the floor of d0 on symmetric grids is 2^-22: all zeros have the scale 1.01 2^-22 there;
/// - a first batch that is constant widens the histogram by 1/2 on either side, zeros included.
///
/// With `bins=512,growth=3` it is the peer's TF-enhanced analyzer, which lets later batches widen
/// the histogram by three times its first width at most.
///
/// The library's own answers: 517 of 524 of `sqnr` reproduced, 191 of 194 of TF-enhanced. The others
/// have infinite values, which the peer counts at the ends of the histogram and the lab leaves out.
///
/// Known failure: a bin is as wide as a step when half the bins are in use (8 bits with an outlier,
/// 9 bits and more always), and the cost no longer sees rounding. The floor breaks scale
/// equivariance. Cutting ranges to 17 x 21 candidates leaves affine errors some percent above the
/// least.
///
/// Source: AIMET 2.42 (Qualcomm), `SqnrEncodingAnalyzer` and `TfEnhancedEncodingAnalyzer` of
/// aimet_torch v2.
public struct AIMETSqnrEstimator: RangeEstimator {
  /// Name, parameters and source.
  public static let descriptor = EstimatorDescriptor(
    identifier: "aimet-sqnr", family: .search,
    summary: "the least squared error on a histogram with clipping counted threefold",
    parameters: [Self.bins, Self.gamma, Self.growth],
    cost: "O(n + 357 bins)", reference: "AIMET 2.42 SqnrEncodingAnalyzer",
    breaks: [.batching, .scaling, .zeros])

  private static let bins = Parameter<Int>(
    "bins", in: 16...65536, default: 2048, meaning: "bins of the histogram")
  private static let gamma = Parameter<Double>(
    "gamma", in: 0.1...100, default: 3, meaning: "weight of clipped bins")
  private static let growth = Parameter<Double>(
    "growth", in: 0...1000, default: 0,
    meaning: "how far batches may widen the first one's histogram, in widths; 0 for no limit")

  private let bins: Int
  private let gamma: Float
  private let growth: Float

  /// Takes `bins`, `gamma` and `growth`.
  public init(_ arguments: EstimatorArguments) {
    bins = arguments[Self.bins]
    gamma = Float(arguments[Self.gamma])
    growth = Float(arguments[Self.growth])
  }

  /// The best candidate.
  public func parameters(
    from statistics: BatchStatistics, on grid: CodeGrid
  ) throws(EstimationError) -> QuantizationParameters {
    let extrema = statistics.batchExtrema
    let (least, most) = (
      extrema.map(\.minimum).min() ?? 0, extrema.map(\.maximum).max() ?? 0
    )
    guard (2 * max(-least, most)).isFinite && (most - least).isFinite else {
      throw .notDefined(reason: "a range whose width is beyond Float32")
    }
    let histogram = try statistics.summary([Float(bins), growth]) {
      RebinnedHistogram($0, bins: bins, growth: growth)
    }
    guard histogram.filled.count > 0 else {
      throw .notDefined(reason: "a constant that Float32 cannot tell from its neighborhood")
    }
    let candidates = DeltaOffset.candidates(for: histogram.observed, on: grid)
    let steps = Float(grid.steps)
    let best = firstBest(promising(candidates, on: histogram, grid)) {
      Double(cost(of: $0, steps, histogram.filled))
    }
    guard let best else { return QuantizationParameters(scale: 0, grid: grid) }
    return QuantizationParameters(
      scale: Double(best.delta), zeroPoint: grid.minimumCode - Int(best.offset), grid: grid)
  }
}

extension AIMETSqnrEstimator {
  /// The cost of a candidate, each error in Float32.
  private func cost(
    of candidate: DeltaOffset, _ steps: Float, _ filled: [(middle: Float, count: Float)]
  ) -> Float {
    var cost = 0.0
    for bin in filled {
      let place = bin.middle / candidate.delta - candidate.offset
      // One code beyond either end is kept apart from the end: it is clipped.
      let code = min(max(place, -1), steps + 1).roundedHalfEven
      let kept = min(max(code, 0), steps)
      let error = (kept + candidate.offset) * candidate.delta - bin.middle
      cost += Double(error * error * (kept == code ? 1 : gamma) * bin.count)
    }
    return Float(cost)
  }

  /// The candidates that can have the least cost: the others are surely above that of one by more
  /// than Float32 can hide.
  private func promising(
    _ candidates: [DeltaOffset], on histogram: RebinnedHistogram, _ grid: CodeGrid
  ) -> [DeltaOffset] {
    let (filled, steps) = (histogram.filled, Double(grid.steps))
    guard grid.bits.fitsByte, filled.count > 4 * grid.steps else { return candidates }
    // Up to 8 bits a place is known to 1e-4 of a delta: what may be kept counts as kept.
    let margin = 0.5 + (gamma > 1 ? 1e-3 : -1e-3)
    let squares = histogram.squares
    let bounds = candidates.map { candidate in
      let (delta, offset) = (Double(candidate.delta), Double(candidate.offset))
      let (lowest, highest) = (delta * offset, delta * (offset + steps))
      let start = squares.bin(reaching: lowest - margin * delta)
      let end = max(start, squares.bin(reaching: highest + margin * delta))
      return squares.error(of: start..<end, delta: delta, offset: offset, codes: 0...steps)
        + Double(gamma)
        * (squares.error(of: 0..<start, on: lowest)
          + squares.error(of: end..<squares.count, on: highest))
    }
    // A middle, a level and their difference are each rounded by at most 2^-24 of the largest: by
    // Cauchy and Schwarz the root of a cost moves by that of so many errors of that size.
    let largest = Double(max(-histogram.observed.lower, histogram.observed.upper))
    let weight = Double(max(gamma, 1)) * squares.mass
    let moved = 4 * 0x1p-24 * largest * weight.squareRoot()
    // Where squares overflow in Float32, all costs may be the same.
    guard let first = zip(candidates, bounds).min(by: { $0.1 < $1.1 })?.0,
      gamma * Float(16 * largest * largest * squares.mass) < .infinity
    else { return candidates }
    let root = Double(cost(of: first, Float(steps), filled)).squareRoot() + moved
    // Squares of the least are lost altogether.
    let limit = 1.001 * root * root + 4 * Double(Float.leastNonzeroMagnitude) * weight
    return zip(candidates, bounds).filter { $0.1 <= limit }.map(\.0)
  }
}

/// A quantizer as AIMET writes it: x^ = delta (q + offset) for q from 0 to S.
private struct DeltaOffset {
  let delta: Float
  let offset: Float

  private static let floor: Float = 0x1p-23

  /// The candidates, each product and sum rounded to Float32 where the peer rounds it: an offset
  /// half way between two codes depends on it.
  static func candidates(
    for observed: (lower: Float, upper: Float), on grid: CodeGrid
  ) -> [DeltaOffset] {
    let steps = Float(grid.steps)
    let low = min(0, observed.lower)
    let high = max(0, observed.upper, low + floor * steps)
    guard grid.family.scheme == .affine else {
      let widest = (grid.reachesBelowZero ? 2 * max(-low, high) : high) / steps
      return (1...101).map {
        DeltaOffset(delta: max(widest * Float($0) / 100, floor), offset: Float(grid.minimumCode))
      }
    }
    let widest = (high - low) / steps
    let whole = (low / widest).rounded(.toNearestOrEven)
    let least = widest * whole
    let most = least + widest * steps
    let count = min(grid.steps + 2, 21) - 1
    let tested = (0..<count).map {
      (-steps + Float($0) * steps / Float(count - 1)).rounded(.toNearestOrEven)
    }
    return (1...17).flatMap { part in
      let delta = widest * Float(part) / 16
      return (tested + [whole]).map { offset in
        let low = max(least, delta * offset)
        let high = min(most, delta * offset + delta * steps)
        let cut = max((high - low) / steps, floor)
        return DeltaOffset(delta: cut, offset: (low / cut).rounded(.toNearestOrEven))
      }
    }
  }
}
