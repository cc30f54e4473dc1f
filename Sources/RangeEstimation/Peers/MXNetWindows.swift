internal import CStandardLibrary

/// The windows around the middle of a signed histogram, judged as MXNet does.
///
/// Group sums and sums of p log p come from prefix sums, so that a window costs O(groups). Bins empty
/// in P are empty in Q as well, and become the same number in both. Smoothing does not change a sum,
/// so with N counts in P, M in Q, a group's sum S over z bins with a count, and e, f what smoothing
/// takes from each bin of P and of Q:
/// ```
/// N KL = N log(M / N) + sum over groups (sum p log p - sum p log(S / z - f)),   p = c - e
/// ```
/// An outermost group may have one more bin in P, which only the tail fills: it gets S / z as well.
/// No other group's part is negative, as x log(x / y) >= x - y and f >= e.
package struct MXNetWindows {
  private static let floor = 1e-4
  /// More than the library's Float32 makes of a divergence.
  private static let closeness = 3e-5

  private let counts: [Double]
  private let groups: Int
  private let sums: SmoothedSums
  private let total: Double

  /// Prepares the windows of a histogram with an odd number of bins.
  package init(counts: [Double], groups: Int) {
    (self.counts, self.groups) = (counts, groups)
    sums = SmoothedSums(counts)
    total = sums.mass(0, counts.count)
  }

  /// The reach of the best window [z - reach, z + reach], the first on ties and where none is better
  /// than infinite.
  ///
  /// A few windows first, so that most of the rest are given up half way. Those nearly as good as the
  /// best are compared as the library computes them.
  func bestReach() -> Int {
    let middle = counts.count / 2
    let reaches = (groups / 2)...middle
    func window(_ reach: Int) -> Range<Int> { (middle - reach)..<(middle + reach + 1) }
    let bound = stride(from: groups / 2, through: middle, by: 64).reduce(Double.infinity) {
      min($0, divergence(of: window($1), below: $0))
    }
    var least = bound
    let values = reaches.map { reach in
      let value = divergence(of: window(reach), below: least)
      least = min(least, value)
      return value
    }
    let close = zip(reaches, values).filter { $0.1 <= least + Self.closeness }.map(\.0)
    guard close.count > 1, least < .infinity else { return close[0] }
    let exact = MXNetDivergence(counts, groups: groups)
    var best = (reach: close[0], value: Float.infinity)
    for reach in close {
      let value = exact.value(of: window(reach))
      if value < best.value { best = (reach, value) }
      // What has no divergence is not beaten by rounding.
      if value <= 0 { break }
    }
    return best.reach
  }

  /// An outermost group, which tails may add to.
  private struct Group {
    /// What P has in it, with the tail.
    let reference: Double
    /// What each of its bins has in Q.
    let level: Double
    /// The number of bins that are not empty in P.
    let filled: Int

    /// A group of some counts in bins of their own, and a tail that may open one more.
    init(mass: Double, bins: Int, tail: Double, opens: Bool) {
      reference = mass + tail
      level = bins > 0 ? mass / Double(bins) : 0
      filled = bins + (opens ? 1 : 0)
    }

    /// What Q has in it.
    var quantized: Double { level * Double(filled) }

    /// The sum of p log q over its bins.
    func crossEntropy(_ fromP: Double, _ fromQ: Double) -> Double {
      let smoothed = level > 0 ? level - fromQ : MXNetWindows.floor
      return (reference - Double(filled) * fromP) * log(smoothed)
    }
  }

  /// The divergence of one window; infinite where smoothing is not possible, or where it is surely
  /// above a bound.
  package func divergence(of window: Range<Int>, below bound: Double = .infinity) -> Double {
    let (first, last) = (window.lowerBound, window.upperBound - 1)
    let size = window.count / groups
    let (second, final) = (first + size, first + (groups - 1) * size)
    // The first bin counts as lying below the window; both ends may be filled from outside only.
    let (under, over) = (sums.mass(0, first + 1), sums.mass(last + 1, counts.count))
    let lowest = Group(
      mass: sums.mass(first + 1, second), bins: sums.filled(first + 1, second), tail: under,
      opens: under > 0)
    let highest = Group(
      mass: sums.mass(final, last + 1), bins: sums.filled(final, last + 1), tail: over,
      opens: counts[last] == 0 && over > 0)
    let filled = sums.filled(second, final) + lowest.filled + highest.filled
    let emptied =
      (lowest.level == 0 ? lowest.filled : 0) + (highest.level == 0 ? highest.filled : 0)
    guard let fromP = share(of: filled, in: window.count),
      let fromQ = share(of: filled - emptied, in: window.count)
    else { return .infinity }
    let quantized = lowest.quantized + sums.mass(second, final) + highest.quantized
    var sum = total * log(quantized / total)
    sum += SmoothedSums.term(under, less: fromP)
    sum += SmoothedSums.term(counts[last] + over, less: fromP)
    sum -= lowest.crossEntropy(fromP, fromQ) + highest.crossEntropy(fromP, fromQ)
    let outermost = sums.entropySum(final, last, less: fromP)
    let limit = (bound + Self.closeness) * total
    // Most groups of a short lane have one value in each filled bin: one logarithm is enough for them.
    lazy var logOfOne = log(1 - fromQ)
    var (known, next) = (outermost, first + 1)
    for (index, start) in stride(from: second, to: final, by: size).enumerated() {
      if index % 16 == 0 {
        known += sums.entropySum(next, start, less: fromP)
        next = start
        guard sum + known <= limit else { return .infinity }
      }
      let filled = Double(sums.filled(start, start + size))
      guard filled > 0 else { continue }
      let mass = sums.mass(start, start + size)
      let logLevel = mass == filled ? logOfOne : log(mass / filled - fromQ)
      sum -= (mass - filled * fromP) * logLevel
    }
    return (sum + sums.entropySum(first + 1, final, less: fromP) + outermost) / total
  }

  /// What each filled bin gives so that the empty ones get the floor; nothing where there is no
  /// filled bin or it would have to give one or more.
  private func share(of filled: Int, in bins: Int) -> Double? {
    guard filled > 0 else { return nil }
    let share = Self.floor * Double(bins - filled) / Double(filled)
    return share < 1 ? share : nil
  }
}
