internal import Foundation
internal import QuantizationCore
public import ResultAnalysis

/// A comparison for people: as plain text or as Markdown.
public struct ContestReport {
  private let comparison: ContestComparison
  private let groups: CriticalDifferenceDiagram.Groups
  private let tables: ContestTables

  /// Prepares the report; `groups` says which test the diagram goes by.
  public init(
    _ comparison: ContestComparison, groups: CriticalDifferenceDiagram.Groups = .wilcoxon
  ) {
    self.comparison = comparison
    self.groups = groups
    tables = ContestTables(comparison: comparison)
  }

  /// For a terminal.
  public var text: String { document(.text) }

  /// For a page.
  public var markdown: String { document(.markdown) }

  private enum Style { case text, markdown }

  private func document(_ style: Style) -> String {
    var parts = [heading(style)]
    for (index, table) in tables.tables.enumerated() {
      parts.append(section(table, style))
      if index == 0 { parts.append(diagram(style)) }
    }
    if comparison.contest.kind == .files { parts.append(changes(style)) }
    parts.append(notes(style))
    return parts.filter { !$0.isEmpty }.joined(separator: "\n")
  }

  private func title(_ text: String, level: Int, _ style: Style) -> String {
    style == .markdown
      ? String(repeating: "#", count: level) + " \(text)\n" : text.uppercased() + "\n"
  }

  private func code(_ name: String, _ style: Style) -> String {
    style == .markdown ? "`\(name)`" : name
  }

  private func heading(_ style: Style) -> String {
    let contest = comparison.contest
    let tensors = Set(contest.cells.map(\.place.tensor)).count
    let what = contest.kind == .estimators ? "estimators" : "files"
    let chosen =
      comparison.method.reference != nil || contest.kind == .files
      ? "" : " It has the least mean rank of all, so it is chosen by the data."
    let onlySome = contest.cells.count { $0.errors.contains { $0 == nil } }
    let gaps =
      contest.kind == .files && onlySome > 0
      ? " \(onlySome) cells are not in every file or were not measured there." : ""
    return title("Comparison of \(contest.contenders.count) \(what)", level: 1, style)
      + "\n\(contest.cells.count) cells, \(tensors) tensors.\(gaps) "
      + "Reference (*): \(code(comparison.reference, style)).\(chosen)\n"
  }

  private func section(_ table: ContestTables.Table, _ style: Style) -> String {
    var printed = MarkdownTable(table.header, leftColumns: table.leftColumns)
    for row in table.rows {
      let name = table.leftColumns - 1
      printed.add(
        row.enumerated().map { index, cell in
          guard style == .markdown, index == name else { return cell }
          return cell.hasSuffix(" *") ? "`\(cell.dropLast(2))` \\*" : "`\(cell)`"
        })
    }
    let remarks = table.remarks.map { (style == .markdown ? "- " : "") + $0 + "\n" }.joined()
    return title(table.title, level: 2, style) + "\n" + printed.text
      + (remarks.isEmpty ? "" : "\n" + remarks)
  }

  private func diagram(_ style: Style) -> String {
    guard let whole = comparison.slices.first, whole.ranking.entries.count > 2,
      let diagram = CriticalDifferenceDiagram(
        whole.ranking, groups: groups, level: comparison.method.level)
    else { return "" }
    let text = style == .markdown ? "```text\n\(diagram.text)```\n" : diagram.text
    return title("Critical-difference diagram", level: 2, style) + "\n" + text
  }

  private func changes(_ style: Style) -> String {
    let changes = comparison.largestChanges(10)
    guard !changes.isEmpty else {
      return title("Largest changes", level: 2, style) + "\nNo cell differs.\n"
    }
    var table = MarkdownTable(
      ["cell", "file", "reference MSE", "MSE", "ratio"], leftColumns: 2)
    for change in changes {
      let place = change.place
      let family = place.grid.family
      table.add([
        "\(place.tensor) \(place.estimator ?? "") \(place.grid.bits) bits "
          + "\(family.scheme.rawValue) \(family.gridName) \(place.granularity)",
        change.contender, String(format: "%.6g", change.from), String(format: "%.6g", change.to),
        change.from > 0 ? ContestFormat.ratio(change.to / change.from) : "–",
      ])
    }
    return title("Largest changes", level: 2, style) + "\n" + table.text
  }

  private func notes(_ style: Style) -> String {
    let method = comparison.method
    let confidence = ContestFormat.percent(1 - method.level)
    return title("How to read this", level: 2, style) + """

      MSE ratio: mean squared error divided by that of the reference, below 1 is less error. The
      cells of one tensor depend on each other, so they are averaged (geometrically) and every
      tensor counts once, in the ratio, its median, wins, ties and losses, interval and tests.
      Interval: \(confidence) percentile bootstrap over tensors, seed \(method.seed).
      p: Wilcoxon's signed-rank test, two-sided; p, Holm: corrected for the tests of the same slice.
      Mean rank: over tensors, 1 is the least error; it depends on who else takes part.

      """
  }
}
