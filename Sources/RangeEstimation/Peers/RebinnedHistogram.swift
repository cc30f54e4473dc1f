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
/// All in Float32, as AIMET's torch analyzers compute. The answer depends on the order of batches.
struct RebinnedHistogram {
  /// The counts of the bins.
  private(set) var counts: [Float]
  /// Where the first bin begins and the last one ends.
  private(set) var range: (lower: Float, upper: Float)
  /// The range the peer takes for that of the values: a single constant batch keeps its own.
  private(set) var observed: (lower: Float, upper: Float)

  /// Counts batch by batch.
  ///
  /// - Parameter growth: How far the range may reach beyond that of the first batch on either side,
  ///   together, in widths of it; 0 for no limit.
  init(_ batches: [ArraySlice<Float>], bins: Int, growth: Float) {
    observed = batches[0].extremes
    range = Self.widened(observed)
    counts = TorchBinning.counts(
      of: batches[0], bins: bins, lower: range.lower, upper: range.upper
    ).map { Float($0) }
    let reach = growth > 0 ? (range.upper - range.lower) * growth / 2 : .infinity
    let limits = (lower: range.lower - reach, upper: range.upper + reach)
    for batch in batches.dropFirst() {
      let own = Self.widened(batch.extremes)
      rebin(
        to: (
          lower: max(min(range.lower, own.lower), limits.lower),
          upper: min(max(range.upper, own.upper), limits.upper)
        ))
      let kept = batch.map { min(max($0, range.lower), range.upper) }
      let added = TorchBinning.counts(
        of: kept[...], bins: bins, lower: range.lower, upper: range.upper)
      for (index, count) in added.enumerated() { counts[index] += Float(count) }
      observed = range
    }
  }

  private static func widened(
    _ range: (lower: Float, upper: Float)
  ) -> (lower: Float, upper: Float) {
    range.lower == range.upper ? (range.lower - 0.5, range.upper + 0.5) : range
  }

  private mutating func rebin(to wider: (lower: Float, upper: Float)) {
    guard wider != range else { return }
    let bins = counts.count
    let width = (range.upper - range.lower) / Float(bins)
    let target = (wider.upper - wider.lower) / Float(bins)
    var sums = [Float](repeating: 0, count: bins)
    for (index, count) in counts.enumerated() where count > 0 {
      let start = range.lower + width * Float(index)
      let place = (start - wider.lower) / target
      let bin = place > 0 ? Int(min(place, Float(bins - 1))) : 0
      let end = wider.lower + target * Float(bin + 1)
      let share = ((end - start) / width * count).rounded(.toNearestOrEven)
      let first = share < count ? share : count
      sums[bin] += first
      sums[min(bin + 1, bins - 1)] += count - first
    }
    (counts, range) = (sums, wider)
  }

  /// The filled bins, each at its middle.
  var filled: [(middle: Float, count: Float)] {
    let bins = counts.count
    let step = (range.upper - range.lower) / Float(bins)
    let edges = (0...bins).map {
      2 * $0 < bins ? range.lower + Float($0) * step : range.upper - Float(bins - $0) * step
    }
    return counts.indices.filter { counts[$0] > 0 }.map {
      ((edges[$0] + edges[$0 + 1]) / 2, counts[$0])
    }
  }
}
