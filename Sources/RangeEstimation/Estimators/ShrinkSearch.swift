internal import QuantizationCore

/// Ranges that shrink min-max at both ends alike: one number instead of two.
struct ShrinkSearch {
  let data: ClippingRange
  let grid: CodeGrid

  /// The quantizer that covers a share of min-max.
  func quantizer(share: Double) -> QuantizationParameters {
    QuantizationParameters(
      covering: ClippingRange(data.lower * share, data.upper * share), on: grid)
  }
}

/// The first of the best: equal costs keep the earlier candidate; nothing without candidates.
func firstBest<Candidate>(
  _ candidates: some Sequence<Candidate>, by cost: (Candidate) -> Double
) -> Candidate? {
  var best: (candidate: Candidate, cost: Double)?
  for candidate in candidates {
    let value = cost(candidate)
    if value < best?.cost ?? .infinity || best == nil { best = (candidate, value) }
  }
  return best?.candidate
}

/// The first of the best, by a cost that may be infinite where it is surely above a bound.
///
/// A few candidates first, so that most of the rest are given up early.
func firstBest<Candidate>(
  _ candidates: [Candidate], by cost: (_ candidate: Candidate, _ bound: Double) -> Double
) -> Candidate? {
  var bound = Double.infinity
  for index in stride(from: candidates.count - 1, through: 0, by: -16) {
    bound = min(bound, cost(candidates[index], bound))
  }
  return firstBest(candidates) { candidate in
    let value = cost(candidate, bound)
    bound = min(bound, value)
    return value
  }
}
