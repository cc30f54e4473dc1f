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
