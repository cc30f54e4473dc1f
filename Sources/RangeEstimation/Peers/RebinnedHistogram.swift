/// A histogram of a fixed number of bins that is counted anew on a wider range when a batch
/// exceeds it.
///
/// ```
/// first batch    bins over [min x, max x]; a constant c has [c - 1/2, c + 1/2]
/// each further   range := union with the batch's, where it may grow no further than the limit
///                old bins are split by overlap between at most two new ones, in whole numbers
///                the batch is added, values beyond the range in the outermost bins
/// ```
///
/// All in Float32, as AIMET's torch analyzers compute, and its roundings are part of the answer: an
/// edge is `i * step + lower`, and the width of the first bin, a difference of two edges, stands for
/// that of all, so that the middles of the last bins may be off by a good part of a bin. The answer
/// depends on the order of batches.
struct RebinnedHistogram {
  /// The range the peer takes for that of the values: a single constant batch keeps its own.
  private(set) var observed: (lower: Float, upper: Float)
  /// The filled bins, each at its middle.
  let filled: [(middle: Float, count: Float)]
  /// All bins, each at its middle in Double.
  let squares: BinSquares

  /// Counts batch by batch.
  ///
  /// - Parameter growth: How far the range may reach beyond that of the first batch on either side,
  ///   together, in widths of it; 0 for no limit.
  init(_ batches: [ArraySlice<Float>], bins: Int, growth: Float) {
    observed = batches[0].extremes
    var edges = Self.edges(over: observed, bins: bins)
    let first = (lower: edges[0], upper: edges[bins])
    var counts = Self.counts(of: batches[0], over: first, bins: bins)
    let reach = growth > 0 ? (first.upper - first.lower) * growth / 2 : .infinity
    for batch in batches.dropFirst() {
      let own = batch.extremes
      let wider = (
        lower: min(max(own.lower, first.lower - reach), edges[0]),
        upper: min(max(own.upper, edges[bins]), first.upper + reach)
      )
      if wider != observed { counts = Self.rebinned(counts, at: edges, to: wider) }
      let added = Self.counts(of: batch, over: wider, bins: bins)
      for index in counts.indices { counts[index] += added[index] }
      edges = Self.edges(over: wider, bins: bins)
      observed = wider
    }
    let width = edges[1] - edges[0]
    let middle = edges[0] + width / 2
    filled = counts.enumerated().filter { $0.element > 0 }.map {
      (middle + width * Float($0.offset), $0.element)
    }
    squares = BinSquares(
      masses: counts.map { Double($0) }, first: Double(middle), width: Double(width))
  }

  private static func edges(over range: (lower: Float, upper: Float), bins: Int) -> [Float] {
    let isConstant = range.lower == range.upper
    let lower = isConstant ? range.lower - 0.5 : range.lower
    let upper = isConstant ? range.upper + 0.5 : range.upper
    let step = (upper - lower) / Float(bins)
    return (0...bins).map { Float($0) * step + lower }
  }

  private static func counts(
    of batch: ArraySlice<Float>, over range: (lower: Float, upper: Float), bins: Int
  ) -> [Float] {
    var counts = TorchBinning.counts(
      of: batch, bins: bins, lower: range.lower, upper: range.upper
    ).map { Float($0) }
    counts[0] += Float(batch.count { $0 < range.lower })
    counts[bins - 1] += Float(batch.count { $0 > range.upper })
    return counts
  }

  private static func rebinned(
    _ counts: [Float], at edges: [Float], to wider: (lower: Float, upper: Float)
  ) -> [Float] {
    let bins = counts.count
    let width = edges[1] - edges[0]
    let target = (wider.upper - wider.lower) / Float(bins)
    var sums = [Float](repeating: 0, count: bins)
    let bin = { (value: Float) in Int(min((value - wider.lower) / target, Float(bins - 1))) }
    for (start, count) in zip(edges, counts) where count > 0 {
      let first = bin(start)
      let end = wider.lower + target * Float(first + 1)
      let share = min(((end - start) / width * count).rounded(.toNearestOrEven), count)
      sums[first] += share
      if share < count { sums[bin(start + target)] += count - share }
    }
    return sums
  }
}
