/// The windows around the middle of a signed histogram, judged as MXNet does.
///
/// Group sums and sums of p log p come from prefix sums, so that a window costs O(groups). Bins empty
/// in P are empty in Q as well, and become the same number in both.
package struct MXNetWindows {
  private static let floor = 1e-4

  private let counts: [Double]
  private let groups: Int
  private let sums: SmoothedSums

  /// Prepares the windows of a histogram with an odd number of bins.
  package init(counts given: [UInt64], groups: Int) {
    counts = given.map { Double($0) }
    self.groups = groups
    sums = SmoothedSums(counts)
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
    /// What P has in it, with the tails.
    let reference: Double
    /// What Q has in it.
    let quantized: Double
    /// The number of bins that are not empty in P.
    let filled: Int
  }

  /// The divergence of one window; infinite where smoothing is not possible.
  package func divergence(of window: Range<Int>) -> Double {
    let (first, last) = (window.lowerBound, window.upperBound - 1)
    // The first bin counts as lying below the window; both ends may be filled from outside only.
    let under = sums.mass(0, first + 1)
    let over = sums.mass(last + 1, counts.count)
    var (given, kept) = (0, 0)
    for index in 0..<groups {
      let group = group(index, of: window, under: under, over: over)
      given += group.filled
      if group.quantized > 0 { kept += group.filled }
    }
    guard let fromP = share(of: given, in: window.count),
      let fromQ = share(of: kept, in: window.count)
    else { return .infinity }
    var divergence = DivergenceSums()
    divergence.add(Self.floor, bins: window.count - given)
    divergence.add(
      entropy: sums.entropySum(first + 1, last, less: fromP)
        + SmoothedSums.term(under, less: fromP)
        + SmoothedSums.term(counts[last] + over, less: fromP))
    for index in 0..<groups {
      let group = group(index, of: window, under: under, over: over)
      guard group.filled > 0 else { continue }
      let level =
        group.quantized > 0 ? group.quantized / Double(group.filled) - fromQ : Self.floor
      divergence.add(
        mass: group.reference - Double(group.filled) * fromP, level: level, bins: group.filled)
    }
    return divergence.divergence
  }

  private func group(_ index: Int, of window: Range<Int>, under: Double, over: Double) -> Group {
    let size = window.count / groups
    let start = window.lowerBound + index * size
    let (isFirst, isLast) = (index == 0, index == groups - 1)
    let end = isLast ? window.upperBound : start + size
    let mass = sums.mass(isFirst ? start + 1 : start, end)
    var filled = sums.filled(start, end)
    if isFirst, counts[start] == 0, under > 0 { filled += 1 }
    if isLast, counts[end - 1] == 0, over > 0 { filled += 1 }
    return Group(
      reference: mass + (isFirst ? under : 0) + (isLast ? over : 0), quantized: mass,
      filled: filled)
  }

  /// What each filled bin gives so that the empty ones get the floor; nothing where there is no
  /// filled bin or it would have to give one or more.
  private func share(of filled: Int, in bins: Int) -> Double? {
    guard filled > 0 else { return nil }
    let share = Self.floor * Double(bins - filled) / Double(filled)
    return share < 1 ? share : nil
  }
}
