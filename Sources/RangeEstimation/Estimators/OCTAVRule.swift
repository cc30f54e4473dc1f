internal import QuantizationCore

/// What `octav` and `octav-grid` share: Newton's method on the tails of the sample.
///
/// ```
/// alpha' = sum_{y > alpha} y / (kappa #{0 < y <= alpha} + #{y > alpha}),   y = |x|, from alpha = 0
/// ```
struct OCTAVRule {
  let convention: ClipConvention

  func parameters(of sample: SampleStatistics, on grid: CodeGrid) -> QuantizationParameters {
    let side = ClipSide(of: sample, on: grid)
    let tails = grid.reachesBelowZero ? [sample.below, sample.above] : [sample.above]
    let alpha = fixedPoint(of: tails, noise: convention.noise(of: side, on: grid))
    return convention.quantizer(alpha: alpha, side: side, data: sample.range, on: grid)
  }

  private func fixedPoint(of tails: [TailSums], noise: Double) -> Double {
    // Zeros carry no rounding noise: zero is a level.
    let nonZero = tails.reduce(0) { $0 + $1.count - $1.rank(of: .leastNonzeroMagnitude) }
    var alpha = 0.0
    // Steps that no longer leave the same two order statistics repeat the same numbers.
    for _ in 0..<100 {
      var (outside, sum) = (0, 0.0)
      for tail in tails {
        let rank = tail.rank(of: alpha.nextUp)
        outside += tail.count - rank
        sum += tail.sum - tail.sum(below: rank)
      }
      guard outside > 0 else { break }
      let next = sum / (noise * Double(nonZero - outside) + Double(outside))
      if next == alpha { break }
      alpha = next
    }
    return alpha
  }
}
