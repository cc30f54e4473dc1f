package import ResultAnalysis
internal import ResultRecords
package import TensorIO

/// The tensors with tables of their own: all if they are few, otherwise those with the largest and
/// those with the least regret.
///
/// Thousands of tables are too many for readers and browsers. Averages are over all tensors,
/// whichever are selected.
package struct TensorSelection: Sendable {
  /// The largest number of tensors that are all selected.
  package static let most = 100
  /// The number of tensors selected at each end, if there are more.
  package static let end = 20

  /// The selected tensors, sorted by name if all are selected, otherwise from the largest regret to
  /// the least.
  package let tensors: [ExactName]
  /// The number of tensors that are not selected.
  package let foldedCount: Int
  /// The number of selected tensors with the largest regret; the others have the least.
  let worstCount: Int
  /// The mean ratios of the selected tensors; empty if all are selected.
  let ratios: [ExactName: Double]

  /// Whether all tensors are selected.
  package var isWhole: Bool { foldedCount == 0 }

  /// Selects by the mean ratio of a tensor over the compared cells.
  ///
  /// Ties are broken by name; tensors without a ratio, such as failed ones, are at neither end. The
  /// time is that of one pass and of sorting the tensors.
  ///
  /// - Parameters:
  /// - cells: The compared cells.
  /// - names: All tensors, sorted; by default those of the cells.
  /// - most: The largest number of tensors that are all selected.
  /// - end: The number at each end, if there are more.
  package init(
    _ cells: Leaderboard, of names: [ExactName]? = nil, most: Int = Self.most, end: Int = Self.end
  ) {
    let names = names ?? cells.tensorNames
    guard names.count > most else {
      (tensors, foldedCount, worstCount, ratios) = (names, 0, names.count, [:])
      return
    }
    let ratios = cells.ratios(by: \.subjectName)
    let ranked = ratios.keys.sorted {
      let (left, right) = (ratios[$0] ?? 1, ratios[$1] ?? 1)
      return left == right ? $0 < $1 : left > right
    }
    let end = min(end, most / 2)
    let worst = ranked.prefix(end)
    tensors = worst + ranked.dropFirst(end).suffix(end)
    foldedCount = names.count - tensors.count
    worstCount = worst.count
    let shown = Set(tensors)
    self.ratios = ratios.filter { shown.contains($0.key) }
  }

  /// The greatest number of cells on a page, each with all its numbers.
  private static let mostCells = 20_000

  /// The selection for a page, which has every cell of each tensor: fewer tensors if each has many
  /// cells.
  static func ofPage(_ cells: Leaderboard, of names: [ExactName]) -> TensorSelection {
    let fitting = mostCells * names.count / max(1, cells.cellCount)
    return TensorSelection(cells, of: names, most: min(most, max(10, fitting)))
  }

  /// The remark on a table or figure that omits tensors; nil if it has all.
  ///
  /// - Parameter order: The position of the tensors with the largest regret, such as `first`.
  func remark(worst order: String = "first") -> String? {
    guard !isWhole else { return nil }
    let best = tensors.count - worstCount
    return "Shown: \(NumberFormat.counted(worstCount, "tensor")) with the largest regret, "
      + "\(order), and \(NumberFormat.count(best)) with the least; "
      + "\(NumberFormat.counted(foldedCount, "tensor")) more \(foldedCount == 1 ? "is" : "are") in "
      + "results.csv."
  }
}
