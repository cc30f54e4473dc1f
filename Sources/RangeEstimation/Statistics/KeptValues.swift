internal import QuantizationCore
internal import QuantizationKernels
internal import Synchronization

/// All values of a long lane.
///
/// They are sorted only when a query needs all of them in order.
///
/// Sorting takes ten nanoseconds for each value, a moment table one. Most queries need only sums, or
/// the few values near a threshold or a rank. The table tells which bins hold those values, and one
/// pass picks the values of these bins. Sorted values, tables and opened bins are cached. A result
/// depends on the multiset of values only, not on earlier queries.
final class KeptValues: Sendable {
  fileprivate struct State {
    var values: [Float]
    let range: ClippingRange
    var isSorted = false
    var tails: SidedTails?
    var bins: SidedBins?
    /// The bins, of which those are opened that earlier queries for a rank needed.
    var ranked: SidedBins?
  }

  private let state: Mutex<State>

  /// Takes finite values.
  ///
  /// - Parameter range: From the smallest to the largest value, widened to zero.
  init(_ values: [Float], range: ClippingRange) {
    state = Mutex(State(values: values, range: range))
  }

  /// The values, ascending; -0 counts as +0.
  var ascending: [Float] { state.withLock { $0.ascending() } }

  /// The values in no particular order.
  var unordered: [Float] { state.withLock { $0.values } }

  /// The tails of the sorted values.
  var tails: SidedTails {
    state.withLock { state in
      if let known = state.tails { return known }
      let tails = SidedTails(ascending: state.ascending())
      state.tails = tails
      return tails
    }
  }

  /// The bins of a moment table.
  var bins: SidedBins { state.withLock { $0.knownBins() } }

  /// The bins with some of them opened.
  func bins(opening cells: MarkedCells) -> SidedBins {
    state.withLock { $0.knownBins().opening(cells, of: $0.values) }
  }

  /// The value of rank `index` among all values, ascending from 0.
  func value(rank index: Int) -> Double {
    state.withLock { state in
      let low = state.knownBins().below.count
      return index < low
        ? -state.magnitude(\.below, rank: low - 1 - index)
        : state.magnitude(\.above, rank: index - low)
    }
  }

  /// The magnitude of rank `index` among all magnitudes, ascending from 0.
  func magnitude(rank index: Int) -> Double { state.withLock { $0.magnitude(rank: index) } }
}

extension KeptValues.State {
  fileprivate mutating func ascending() -> [Float] {
    if !isSorted { Kernels.sortAscending(&values) }
    isSorted = true
    return values
  }

  fileprivate mutating func knownBins() -> SidedBins {
    if let bins { return bins }
    var table = MomentTable()
    table.add(values.span)
    let made = SidedBins(table, range: range)
    bins = made
    return made
  }

  /// The magnitude of a rank on one side of zero.
  ///
  /// Opens its bin, unless all magnitudes of the bin are equal.
  fileprivate mutating func magnitude(
    _ side: KeyPath<SidedBins, BinnedMagnitudes>, rank: Int
  ) -> Double {
    var bins = ranked ?? knownBins()
    var bin = bins[keyPath: side].bin(ofRank: rank)
    if !bins[keyPath: side].isOneMagnitude(bin) {
      var cells = MarkedCells()
      let key = bins[keyPath: side].key(ofBin: bin)
      cells.mark(key...key)
      bins = bins.opening(cells, of: values)
      ranked = bins
      bin = bins[keyPath: side].bin(ofRank: rank)
    }
    return bins[keyPath: side].mean(bin)
  }

  /// The magnitude of a rank among those of both sides of zero.
  ///
  /// Bins of one key on both sides hold it.
  fileprivate mutating func magnitude(rank index: Int) -> Double {
    let (low, high) = (knownBins().below, knownBins().above)
    let key = partitionPoint(0..<MomentTable.keys) {
      low.count(belowKey: $0 + 1) + high.count(belowKey: $0 + 1) > index
    }
    return RangeEstimation.magnitude(
      rank: index, low: low.count(belowKey: key)..<low.count(belowKey: key + 1),
      high: high.count(belowKey: key)..<high.count(belowKey: key + 1)
    ) { belowZero, rank in magnitude(belowZero ? \.below : \.above, rank: rank) }
  }
}

/// The magnitude of rank `index`, ascending from 0, among the magnitudes of both sides of zero.
///
/// On each side, the magnitudes with ranks below the given range must be smaller than the result, and
/// those with ranks above it larger.
///
/// - Parameters:
///   - low: Ranks on the side below zero.
///   - high: Ranks on the side above zero.
///   - magnitude: The magnitude of a rank on one side.
/// - Complexity: O(log n) calls of `magnitude`.
func magnitude(
  rank index: Int, low: Range<Int>, high: Range<Int>,
  _ magnitude: (_ belowZero: Bool, _ rank: Int) -> Double
) -> Double {
  // The first `index` magnitudes take `taken` from below zero and the rest from above: the
  // smallest such share whose next magnitude below is not less than the last one from above.
  let least = max(low.lowerBound, index - high.upperBound)
  let most = min(low.upperBound, index - high.lowerBound)
  let taken = partitionPoint(least..<most) { taken in
    magnitude(true, taken) >= magnitude(false, index - taken - 1)
  }
  let fromBelow = taken < low.upperBound ? magnitude(true, taken) : .infinity
  let fromAbove = index - taken < high.upperBound ? magnitude(false, index - taken) : .infinity
  return min(fromBelow, fromAbove)
}
