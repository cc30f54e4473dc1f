internal import QuantizationCore
internal import QuantizationKernels

/// The bins of a moment table on both sides of zero.
struct SidedBins: Sendable {
  let below: BinnedMagnitudes
  let above: BinnedMagnitudes
  private let range: ClippingRange

  /// Takes the bins of a table.
  ///
  /// - Parameter range: From the smallest to the largest value, widened to zero.
  init(_ table: MomentTable, range: ClippingRange) {
    self.init(
      below: BinnedMagnitudes(table.bins(belowZero: true, upTo: -range.lower)),
      above: BinnedMagnitudes(table.bins(belowZero: false, upTo: range.upper)), range: range)
  }

  private init(below: BinnedMagnitudes, above: BinnedMagnitudes, range: ClippingRange) {
    (self.below, self.above, self.range) = (below, above, range)
  }

  /// The tails of both sides.
  var tails: SidedTails {
    SidedTails(
      below: TailSums(below, maximum: -range.lower), above: TailSums(above, maximum: range.upper))
  }

  /// The same bins, of which the marked ones are opened.
  ///
  /// - Parameter values: All values, in any order.
  func opening(_ cells: MarkedCells, of values: [Float]) -> SidedBins {
    var found = cells.values(
      among: values.span, count: below.count(in: cells) + above.count(in: cells))
    Kernels.sortAscending(&found)
    let zero = partitionPoint(0..<found.count) { found[$0] >= 0 }
    return SidedBins(
      below: below.opening(cells, found[..<zero].reversed().map { -$0 }[...]),
      above: above.opening(cells, found[zero...]), range: range)
  }
}
