/// A histogram whose bins begin at multiples of their width, three times as wide as the first batch,
/// that never grows: the distribution of AIMET's C++ analyzers.
///
/// ```
/// w = (max - min) / bins of the first batch that is not all zero; a constant c has max = c + 0.01
/// k = floor(x (1 / w)), counted from floor((c - 3 h) / w) on for 3 bins, c the centre and h half
///     the width of that batch; values outside are dropped                              (Float32)
/// share of a bin = the mean over all batches of count / size of the batch
/// ```
///
/// Batches weigh the same whatever their size. What the first batch did not foresee is lost.
struct AlignedHistogram: Sendable {
  /// The width of a bin.
  let width: Double
  /// The multiple of the width at which the first bin begins.
  let first: Double
  /// The multiples of the width at which the first and the last bin with a share begin.
  let extent: (lower: Double, upper: Double)
  /// The shares of the bins, each at its middle.
  let squares: BinSquares

  /// Counts batch by batch; nothing where all values are zero.
  init?(_ batches: [ArraySlice<Float>], bins: Int) throws(EstimationError) {
    let used = batches.drop { $0.allSatisfy { $0 == 0 } }
    guard var (lower, upper) = used.first?.extremes else { return nil }
    if lower == upper { (lower, upper) = (lower, lower + 0.01) }
    let width = (upper - lower) / Float(bins)
    let inverse = 1 / width
    let left = (lower + upper) / 2 - 3 * ((upper - lower) / 2)
    guard left.isFinite, width > 0 else {
      throw .notDefined(reason: "a first batch whose width Float32 cannot hold")
    }
    let first = Double((left / width).rounded(.down))
    var shares = [Double](repeating: 0, count: 3 * bins)
    for batch in used {
      for value in batch {
        let bin = Double((value * inverse).rounded(.down)) - first
        if bin >= 0 && bin < Double(shares.count) { shares[Int(bin)] += 1 / Double(batch.count) }
      }
    }
    self.width = Double(width)
    if let least = shares.firstIndex(where: { $0 > 0 }),
      let most = shares.lastIndex(where: { $0 > 0 })
    {
      self.first = first
      extent = (first + Double(least), first + Double(most))
    } else {
      // Where 1 / w is beyond Float32, no value has a bin.
      (self.first, extent, shares) = (0, (0, 0), [1])
    }
    squares = BinSquares(
      masses: shares.map { $0 / Double(used.count) }, first: (self.first + 0.5) * self.width,
      width: self.width)
  }
}
