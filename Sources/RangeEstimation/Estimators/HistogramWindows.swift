internal import CStandardLibrary

/// What a window of a histogram is judged by.
package enum WindowObjective: String, CaseIterable, Sendable {
  /// KL(P || Q) as TensorRT defines it.
  case divergence = "kl"
  /// -sum P log Q with P the whole histogram.
  case crossEntropy = "cross-entropy"
}

/// The windows [i, j) of a histogram, each judged in O(groups) from prefix sums.
///
/// With counts c, N their sum, window sum M, group sums S_g and non-empty bins z_g, tails t and u
/// below and above, and l_g = log(S_g / z_g):
/// ```
/// N KL = sum' c log c - N log N + N log M - sum S_g l_g - t l_first - u l_last
/// ```
/// where sum' counts the end bins with their tails. The textbook form builds P and Q anew for each
/// window: O(bins) instead of O(groups), to the same value.
package struct HistogramWindows {
  private let groups: Int
  private let objective: WindowObjective
  private let zeroBin: Int
  private let counts: [Double]
  /// Sums, numbers of non-empty bins and sums of c log c of the first k bins.
  private let mass: [Double]
  private let filled: [Double]
  private let logMass: [Double]
  /// The logarithm of the sum of all counts.
  private let logTotal: Double
  /// What groups add to a cross-entropy, where the lane is so short that they can be looked up.
  private let terms: GroupTerms?
  /// More than rounding can make of a sum that is compared.
  private let margin: Double

  /// Prepares the windows of a histogram.
  ///
  /// - Parameters:
  ///   - given: The counts, whole numbers.
  ///   - groups: How many groups a window has.
  ///   - objective: What windows are judged by.
  ///   - zeroBin: The bin that zero is in.
  ///   - looksUp: Whether the terms of a short lane are looked up: the answers are the same.
  package init(
    counts given: [Double], groups: Int, objective: WindowObjective, zeroBin: Int,
    looksUp: Bool = true
  ) {
    var counts = given
    if zeroBin == 0 { counts[0] = counts[1] }
    self.counts = counts
    self.groups = groups
    self.objective = objective
    self.zeroBin = zeroBin
    mass = Self.prefixSums(counts) { $0 }
    filled = Self.prefixSums(counts) { $0 > 0 ? 1 : 0 }
    logMass = Self.prefixSums(counts) { xLogX($0) }
    logTotal = log(mass[counts.count])
    terms =
      looksUp && objective == .crossEntropy ? GroupTerms(mass: mass, filled: filled) : nil
    margin = 1e-11 * (logMass[counts.count] + 1)
  }

  private static func prefixSums(_ counts: [Double], _ term: (Double) -> Double) -> [Double] {
    var sums = [0.0]
    sums.reserveCapacity(counts.count + 1)
    for count in counts { sums.append(sums[sums.count - 1] + term(count)) }
    return sums
  }

  /// The best window that starts at `start`; the widest among equals.
  package func bestUpperEnd(from start: Int) -> Range<Int> {
    let least = max(start + groups, zeroBin + 1)
    return best((least...max(least, counts.count)).map { start..<min($0, counts.count) })
  }

  private func bestLowerEnd(to end: Int) -> Range<Int> {
    let most = min(end - groups, zeroBin)
    return best((0...max(0, most)).reversed().map { $0..<end })
  }

  /// The best window around zero that moving either end alone does not improve.
  package func bestWindow() -> Range<Int> {
    var window = 0..<counts.count
    // Each move lowers the objective or stops; the limit only guards against rounding.
    for move in 0..<16 {
      let upper = bestUpperEnd(from: window.lowerBound).upperBound
      // The lower end is the best for this upper end already.
      if move > 0, upper == window.upperBound { break }
      let next = bestLowerEnd(to: upper)
      // The upper end is the best for this lower end already.
      if next.lowerBound == window.lowerBound { return next }
      window = next
    }
    return window
  }

  /// The last of the best: candidates come narrow to wide.
  ///
  /// A few of them first, so that most of the rest are given up half way.
  func best(_ candidates: [Range<Int>]) -> Range<Int> {
    var bound = Double.infinity
    for index in stride(from: 0, to: candidates.count, by: 32) {
      bound = min(bound, cost(of: candidates[index], below: bound))
    }
    var winner = candidates[0]
    var least = Double.infinity
    for window in candidates {
      let value = cost(of: window, below: bound)
      if value <= least { (least, winner) = (value, window) }
      bound = min(bound, value)
    }
    return winner
  }

  /// The objective of one window; infinite where it is surely above a bound.
  package func cost(of window: Range<Int>, below bound: Double = .infinity) -> Double {
    switch objective {
    case .divergence: divergence(of: window, below: bound)
    case .crossEntropy: crossEntropy(of: window, below: bound)
    }
  }

  /// Each group adds `sum c log c - S_g l_g`, at least zero by the log sum inequality; so the sum
  /// over the first groups with the tails is a lower bound.
  private func divergence(of window: Range<Int>, below bound: Double) -> Double {
    let (start, end) = (window.lowerBound, window.upperBound)
    let total = mass[counts.count]
    let inside = mass[end] - mass[start]
    let (under, over) = (mass[start], total - mass[end])
    let (first, final) = (counts[start], counts[end - 1])
    // A tail that falls on an empty bin has P > 0 where Q = 0.
    guard under == 0 || first > 0, over == 0 || final > 0, inside > 0 else { return .infinity }
    var sum = logMass[end] - logMass[start]
    sum += xLogX(first + under) - xLogX(first) + xLogX(final + over) - xLogX(final)
    sum += total * (log(inside) - log(total))
    let last = start + ((groups - 1) * window.count + groups - 1) / groups
    sum -= over * level(last..<end)
    // What would be left if each bin were its own group: zero of it at the end.
    let limit = bound * total + margin + logMass[end]
    var ends = GroupEnds(window, groups: groups)
    var from = start
    for group in 1...groups {
      let to = ends.next()
      let groupMass = mass[to] - mass[from]
      if groupMass > 0 {
        let level = level(from..<to)
        sum -= (group == 1 ? groupMass + under : groupMass) * level
        guard sum + logMass[to] <= limit else { return .infinity }
      }
      from = to
    }
    return sum / total
  }

  /// The logarithm of the mean of the non-empty bins of a group that is not empty; 0 otherwise.
  private func level(_ group: Range<Int>) -> Double {
    let sum = mass[group.upperBound] - mass[group.lowerBound]
    let bins = filled[group.upperBound] - filled[group.lowerBound]
    // Most groups of a short lane have one value in each filled bin: log 1 needs no function.
    return sum > 0 && sum != bins ? log(sum / bins) : 0
  }

  /// Each group has at least the entropy of its bins, again by the log sum inequality.
  private func crossEntropy(of window: Range<Int>, below bound: Double) -> Double {
    let total = mass[counts.count]
    let limit = bound * total + margin
    var sum = 0.0
    var ends = GroupEnds(window, groups: groups)
    var from = 0
    /// Whether the groups up to a bin, with at least the entropy of all others, are within the limit.
    func isWithinLimit(_ to: Int) -> Bool {
      sum + (total - mass[to]) * logTotal - (logMass[counts.count] - logMass[to]) <= limit
    }
    guard let terms else {
      for group in 1...groups {
        let next = ends.next()
        let to = group == groups ? counts.count : next
        let groupMass = mass[to] - mass[from]
        if groupMass > 0 {
          sum += GroupTerms.term(groupMass, filled[to] - filled[from], logTotal)
          guard isWithinLimit(to) else { return .infinity }
        }
        from = to
      }
      return sum / total
    }
    guard !terms.areMostEmpty(of: groups) else {
      return terms.sum(over: window, groups: groups) / total
    }
    var left = groups - 1
    while left > 0 {
      for _ in 0..<min(left, 16) {
        let to = ends.next()
        sum += terms(from, to)
        from = to
      }
      guard isWithinLimit(from) else { return .infinity }
      left -= 16
    }
    return (sum + terms(from, counts.count)) / total
  }
}

/// Where the groups of a window end, `ceil(k count / groups)` bins from its start, without a division
/// for each.
private struct GroupEnds {
  private let groups: Int
  private let whole: Int
  private let rest: Int
  private var end: Int
  /// `k rest` less the bins given for it, times groups: above -groups, at most zero.
  private var owed = 0

  init(_ window: Range<Int>, groups: Int) {
    self.groups = groups
    (whole, rest) = window.count.quotientAndRemainder(dividingBy: groups)
    end = window.lowerBound
  }

  mutating func next() -> Int {
    owed += rest
    let extra = owed > 0 ? 1 : 0
    owed -= extra * groups
    end += whole + extra
    return end
  }
}

private func xLogX(_ x: Double) -> Double { x > 0 ? x * log(x) : 0 }
