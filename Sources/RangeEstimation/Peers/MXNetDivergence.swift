internal import CStandardLibrary

/// MXNet's divergence of one window, bin by bin in Float32: what it decides by between windows that
/// are nearly alike.
///
/// Every rounding is the library's. Runs of empty bins, which all have the same value, are added up
/// by ``RepeatedAddition``. Complexity: O(filled bins).
struct MXNetDivergence {
  private static let floor: Float = 1e-4

  /// A bin of a window that is not empty in P.
  private struct Bin {
    /// Its place in the window.
    let place: Int
    /// Its count in P, with what lies outside.
    var reference: Float
    /// Its count without that, as Q sees it.
    let inside: Float
    /// What Q has in it.
    var quantized: Float = 0
  }

  private let counts: [Double]
  private let filled: [Int]
  private let groups: Int

  /// Prepares the windows of a histogram.
  init(_ counts: [Double], groups: Int) {
    self.counts = counts
    self.groups = groups
    filled = counts.indices.filter { counts[$0] > 0 }
  }

  /// The divergence of a window; infinite where smoothing is not possible.
  func value(of window: Range<Int>) -> Float {
    var bins = bins(of: window)
    spread(&bins, size: window.count / groups)
    let emptied = bins.count { $0.quantized == 0 }
    guard let fromP = share(of: bins.count, in: window.count),
      let fromQ = share(of: bins.count - emptied, in: window.count)
    else { return .infinity }
    let pairs = bins.map { bin in
      (
        place: bin.place, p: bin.reference - fromP,
        q: bin.quantized == 0 ? Self.floor : bin.quantized - fromQ
      )
    }
    /// The sum of a term over all bins, in their order, from the terms of bins with a count and that
    /// of the others.
    func sum(empty: Float, _ term: (Float, Float) -> Float) -> Float {
      let add = RepeatedAddition(term: empty)
      var (sum, next) = (Float(0), 0)
      for pair in pairs {
        sum = add(to: sum, times: pair.place - next) + term(pair.p, pair.q)
        next = pair.place + 1
      }
      return add(to: sum, times: window.count - next)
    }
    let (pSum, qSum) = (sum(empty: Self.floor) { p, _ in p }, sum(empty: Self.floor) { _, q in q })
    func term(_ p: Float, _ q: Float) -> Float { p / pSum * log((p / pSum) / (q / qSum)) }
    return sum(empty: term(Self.floor, Self.floor), term)
  }

  private func bins(of window: Range<Int>) -> [Bin] {
    let (first, last) = (window.lowerBound, window.upperBound - 1)
    let from = partitionPoint(filled.indices) { filled[$0] > first }
    let to = partitionPoint(from..<filled.count) { filled[$0] > last }
    var bins: [Bin] = []
    bins.reserveCapacity(to - from + 2)
    // The first bin counts as lying below the window.
    if from > 0 {
      let under = filled[..<from].reduce(0) { $0 + Float(counts[$1]) }
      bins.append(Bin(place: 0, reference: under, inside: 0))
    }
    for bin in filled[from..<to] {
      let count = Float(counts[bin])
      bins.append(Bin(place: bin - first, reference: count, inside: count))
    }
    guard to < filled.count else { return bins }
    if counts[last] == 0 { bins.append(Bin(place: last - first, reference: 0, inside: 0)) }
    for bin in filled[to...] { bins[bins.count - 1].reference += Float(counts[bin]) }
    return bins
  }

  /// Gives each bin the mean of those of its group that have a count.
  private func spread(_ bins: inout [Bin], size: Int) {
    var start = 0
    while start < bins.count {
      let group = min(bins[start].place / size, groups - 1)
      let end = group == groups - 1 ? .max : (group + 1) * size
      // Counts are whole numbers, and added as such.
      var (next, mass, filled) = (start, 0.0, 0)
      while next < bins.count, bins[next].place < end {
        mass += Double(bins[next].inside)
        filled += bins[next].inside > 0 ? 1 : 0
        next += 1
      }
      if filled > 0 {
        let level = Float(mass) / Float(filled)
        for bin in start..<next { bins[bin].quantized = level }
      }
      start = next
    }
  }

  /// What each filled bin gives so that the empty ones get the floor; nothing where there is no
  /// filled bin or it would have to give one or more.
  private func share(of filled: Int, in bins: Int) -> Float? {
    guard filled > 0 else { return nil }
    let share = Self.floor * Float(bins - filled) / Float(filled)
    return share < 1 ? share : nil
  }
}
