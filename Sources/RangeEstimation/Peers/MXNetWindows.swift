internal import Foundation

/// The windows around the middle of a signed histogram, judged as MXNet does.
///
/// Group sums and sums of p log p come from prefix sums, so that a window costs O(groups). Bins empty
/// in P are empty in Q as well, and become the same number in both. Smoothing moves no mass between
/// bins that are filled and those that are not as a whole, so with N counts, M of them in the window
/// but its first bin, a group's sum S over z filled bins, and e, f what smoothing takes from each:
/// ```
/// N KL = N log(M / N) + sum over groups (sum p log p - sum p log(S / z - f)),   p = c - e
/// ```
/// No group's part is negative, as x log(x / y) >= x - y and f >= e.
package struct MXNetWindows {
  private static let floor = 1e-4

  private let counts: [Double]
  private let groups: Int
  private let sums: SmoothedSums
  private let total: Double

  /// Prepares the windows of a histogram with an odd number of bins.
  package init(counts: [UInt64], groups: Int) {
    let counts = counts.map { Double($0) }
    self.init(counts: counts, sums: SmoothedSums(counts), groups: groups)
  }

  /// Prepares the windows of a histogram whose prefix sums are known.
  init(counts: [Double], sums: SmoothedSums, groups: Int) {
    (self.counts, self.sums, self.groups) = (counts, sums, groups)
    total = sums.mass(0, counts.count)
  }

  /// The reach of the best window [z - reach, z + reach]; the first on ties, all where none is
  /// better than infinite.
  ///
  /// A few windows first, so that most of the rest are given up half way.
  func bestReach() -> Int {
    let middle = counts.count / 2
    func value(_ reach: Int, below bound: Double) -> Double {
      divergence(of: (middle - reach)..<(middle + reach + 1), below: bound)
    }
    let bound = stride(from: groups / 2, through: middle, by: 64).reduce(Double.infinity) {
      min($0, value($1, below: $0))
    }
    var (best, least) = (middle, Double.infinity)
    for reach in (groups / 2)...middle {
      let value = value(reach, below: min(least, bound))
      if value < least { (best, least) = (reach, value) }
    }
    return best
  }

  /// An outermost group, which tails may add to.
  private struct Group {
    /// What P has in it, with the tails.
    let reference: Double
    /// What Q has in it.
    let quantized: Double
    /// The number of bins that are not empty in P.
    let filled: Int

    /// The sum of p log q over its bins.
    func crossEntropy(_ fromP: Double, _ fromQ: Double) -> Double {
      guard filled > 0 else { return 0 }
      let level = quantized > 0 ? quantized / Double(filled) - fromQ : MXNetWindows.floor
      return (reference - Double(filled) * fromP) * log(level)
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
    let opensFirst = counts[first] == 0 && under > 0
    let opensLast = counts[last] == 0 && over > 0
    let (head, tail) = (sums.mass(first + 1, second), sums.mass(final, last + 1))
    let lowest = Group(
      reference: head + under, quantized: head,
      filled: sums.filled(first, second) + (opensFirst ? 1 : 0))
    let highest = Group(
      reference: tail + over, quantized: tail,
      filled: sums.filled(final, last + 1) + (opensLast ? 1 : 0))
    let filled = sums.filled(second, final) + lowest.filled + highest.filled
    let emptied = (head == 0 ? lowest.filled : 0) + (tail == 0 ? highest.filled : 0)
    guard let fromP = share(of: filled, in: window.count),
      let fromQ = share(of: filled - emptied, in: window.count)
    else { return .infinity }
    var sum = total * log(sums.mass(first + 1, last + 1) / total)
    sum += SmoothedSums.term(under, less: fromP)
    sum += SmoothedSums.term(counts[last] + over, less: fromP)
    sum -= lowest.crossEntropy(fromP, fromQ) + highest.crossEntropy(fromP, fromQ)
    let outermost = sums.entropySum(final, last, less: fromP)
    // More than rounding makes of a sum.
    let limit = (bound + 1e-9) * total
    for (index, start) in stride(from: second, to: final, by: size).enumerated() {
      if index % 16 == 0 {
        let known = sums.entropySum(first + 1, start, less: fromP) + outermost
        guard sum + known <= limit else { return .infinity }
      }
      let filled = Double(sums.filled(start, start + size))
      guard filled > 0 else { continue }
      let mass = sums.mass(start, start + size)
      sum -= (mass - filled * fromP) * log(mass / filled - fromQ)
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
