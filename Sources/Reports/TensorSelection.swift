package import ResultAnalysis
internal import ResultRecords
package import TensorIO

/// Which tensors are shown one by one: all where they are few, else those with the largest and
/// those with the least regret.
///
/// Nobody reads thousands of tables, and no browser likes them. What is averaged over tensors is
/// averaged over all of them, whichever are shown.
package struct TensorSelection: Sendable {
  /// Up to so many tensors are all shown.
  package static let most = 100
  /// Of more tensors, how many of each end are shown.
  package static let end = 20

  /// In the order in which they are shown: by name where all are, else from the largest regret to
  /// the least.
  package let tensors: [ExactName]
  /// How many are not shown.
  package let foldedCount: Int
  /// How many of those shown have the largest regret; the others have the least.
  let worstCount: Int
  /// The mean ratios of the tensors shown, where some are not.
  let ratios: [ExactName: Double]

  /// Whether nothing is left out.
  package var isWhole: Bool { foldedCount == 0 }

  /// Chooses by the mean ratio of a tensor over the cells that are compared.
  ///
  /// Ties are broken by name; tensors without a ratio, such as those that failed, are not among the
  /// ends. The time is that of one pass and of sorting the tensors.
  ///
  /// - Parameters:
  ///   - cells: What is measured.
  ///   - names: The tensors there are, sorted; those of the cells, where nothing is said.
  ///   - most: Up to so many tensors are all shown.
  ///   - end: Of more, how many of each end are.
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

  /// A page has room for so many cells, each with all its numbers.
  private static let mostCells = 20_000

  /// The tensors of a page that shows every cell of each: fewer where each has many.
  static func ofPage(_ cells: Leaderboard, of names: [ExactName]) -> TensorSelection {
    let fitting = mostCells * names.count / max(1, cells.cellCount)
    return TensorSelection(cells, of: names, most: min(most, max(10, fitting)))
  }

  /// What stands with a table or figure that leaves tensors out; nothing where it shows all.
  ///
  /// - Parameter order: Which tensors have the largest regret, such as `first`.
  func remark(worst order: String = "first") -> String? {
    guard !isWhole else { return nil }
    let best = tensors.count - worstCount
    return "Shown: \(NumberFormat.counted(worstCount, "tensor")) with the largest regret, "
      + "\(order), and \(NumberFormat.count(best)) with the least; "
      + "\(NumberFormat.counted(foldedCount, "tensor")) more \(foldedCount == 1 ? "is" : "are") in "
      + "results.csv."
  }
}
