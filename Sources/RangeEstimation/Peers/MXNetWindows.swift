/// The windows around the middle of a signed histogram, judged as MXNet does.
///
/// Group sums and the numbers of filled bins come from prefix sums, so that a window costs
/// O(groups) and a logarithm for each filled bin. Bins empty in P are empty in Q as well, and become
/// the same number in both.
package struct MXNetWindows {
  private static let floor = 1e-4

  private let counts: [Double]
  private let groups: Int
  /// Sums and numbers of filled bins of the first k bins.
  private var mass: [Double] = [0]
  private var filled: [Int] = [0]
  /// The filled bins in order; the k-th bin on starts at `filled[k]`.
  private var filledBins: [Int] = []

  /// Prepares the windows of a histogram with an odd number of bins.
  package init(counts given: [UInt64], groups: Int) {
    counts = given.map { Double($0) }
    self.groups = groups
    for (bin, count) in counts.enumerated() {
      if count > 0 { filledBins.append(bin) }
      mass.append(mass[bin] + count)
      filled.append(filledBins.count)
    }
  }

  /// The reach of the best window [z - reach, z + reach]; the first on ties, all where none is
  /// better than infinite.
  func bestReach() -> Int {
    let middle = counts.count / 2
    var (best, least) = (middle, Double.infinity)
    for reach in (groups / 2)...middle {
      let value = divergence(of: (middle - reach)..<(middle + reach + 1))
      if value < least { (best, least) = (reach, value) }
    }
    return best
  }

  private struct Group {
    let bins: Range<Int>
    let mass: Double
    let filled: Int
  }

  /// The divergence of one window; infinite where smoothing is not possible.
  package func divergence(of window: Range<Int>) -> Double {
    let (first, last) = (window.lowerBound, window.upperBound - 1)
    // The first bin counts as lying below the window; both ends may be filled from outside only.
    let under = mass[first + 1]
    let over = mass[counts.count] - mass[window.upperBound]
    let parts = cut(window, under: under, over: over)
    let given = parts.reduce(0) { $0 + $1.filled }
    let kept = parts.reduce(0) { $0 + ($1.mass > 0 ? $1.filled : 0) }
    guard let fromP = share(of: given, in: window.count),
      let fromQ = share(of: kept, in: window.count)
    else { return .infinity }
    var sums = DivergenceSums()
    sums.add(Self.floor, bins: window.count - given)
    for part in parts where part.filled > 0 {
      let level = part.mass > 0 ? part.mass / Double(part.filled) - fromQ : Self.floor
      for bin in filledBins[filled[part.bins.lowerBound]..<filled[part.bins.upperBound]] {
        if bin == first || bin == last { continue }
        sums.add(counts[bin] - fromP, level)
      }
      if part.bins.contains(first), under > 0 { sums.add(under - fromP, level) }
      if part.bins.contains(last), counts[last] + over > 0 {
        sums.add(counts[last] + over - fromP, level)
      }
    }
    return sums.divergence
  }

  private func cut(_ window: Range<Int>, under: Double, over: Double) -> [Group] {
    let size = window.count / groups
    return (0..<groups).map { group in
      let start = window.lowerBound + group * size
      let end = group == groups - 1 ? window.upperBound : start + size
      let isFirst = group == 0
      let isLast = group == groups - 1
      var known = filled[end] - filled[start]
      if isFirst, counts[start] == 0, under > 0 { known += 1 }
      if isLast, counts[end - 1] == 0, over > 0 { known += 1 }
      return Group(
        bins: start..<end, mass: mass[end] - mass[isFirst ? start + 1 : start], filled: known)
    }
  }

  /// What each filled bin gives so that the empty ones get the floor; nothing where there is no
  /// filled bin or it would have to give one or more.
  private func share(of filled: Int, in bins: Int) -> Double? {
    guard filled > 0 else { return nil }
    let share = Self.floor * Double(bins - filled) / Double(filled)
    return share < 1 ? share : nil
  }
}
