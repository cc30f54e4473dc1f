internal import Foundation
internal import QuantizationCore
package import ResultAnalysis
internal import ResultRecords
internal import TensorIO

/// A comparison as plain text or as Markdown.
package struct ComparisonReport {
  private let comparison: ErrorComparison
  private let groups: CriticalDifferenceDiagram.Groups
  private let tables: ComparisonTables
  private let networks: NetworkComparison?

  /// Prepares the report.
  ///
  /// - Parameters:
  ///   - networks: The rows of networks of several files, if there are some.
  ///   - groups: The test for the bars of the diagram.
  package init(
    _ comparison: ErrorComparison, networks: NetworkComparison? = nil,
    groups: CriticalDifferenceDiagram.Groups = .wilcoxon
  ) {
    self.networks = networks
    self.comparison = comparison
    self.groups = groups
    tables = ComparisonTables(comparison: comparison)
  }

  /// The report for a terminal.
  package var text: String { document(.text) }

  /// The report in Markdown.
  package var markdown: String { document(.markdown) }

  private enum Style { case text, markdown }

  private func document(_ style: Style) -> String {
    var parts = [heading(style)]
    if let networks { parts.append(section(NetworkComparisonTable(networks).table, style)) }
    for (index, table) in tables.tables.enumerated() {
      parts.append(section(table, style))
      if index == 0 { parts.append(diagram(style)) }
    }
    if comparison.errorTable.kind == .files { parts.append(changes(style)) }
    parts.append(notes(style))
    return parts.filter { !$0.isEmpty }.joined(separator: "\n")
  }

  private func title(_ text: String, level: Int, _ style: Style) -> String {
    style == .markdown
      ? String(repeating: "#", count: level) + " \(text)\n" : text.uppercased() + "\n"
  }

  private func code(_ name: String, _ style: Style) -> String {
    style == .markdown ? MarkdownText.code(name) : printable(name)
  }

  private func heading(_ style: Style) -> String {
    let errorTable = comparison.errorTable
    let tensors = errorTable.cells.lazy.map(\.key.tensor).distinctNames.count
    let what = errorTable.kind == .estimators ? "estimator" : "file"
    let chosen =
      comparison.method.reference != nil || errorTable.kind == .files
      ? "" : " It has the least mean rank of all, so it is chosen by the data."
    let onlySome = errorTable.cells.count { $0.errors.contains { $0 == nil } }
    let gaps =
      errorTable.kind == .files && onlySome > 0
      ? " \(counted(onlySome, "cell is", "cells are")) not in every file or not measured there."
      : ""
    return title("Comparison of \(counted(errorTable.contenders.count, what))", level: 1, style)
      + "\n\(counted(errorTable.cells.count, "cell")), \(counted(tensors, "tensor")).\(batches)\(gaps) "
      + "Reference (*): \(code(comparison.reference, style)).\(chosen)\n"
  }

  /// The number of cells with held-out batches, as a sentence; empty if there are none.
  private var batches: String {
    let splits = comparison.errorTable.cells.compactMap(\.key.split)
    guard !splits.isEmpty else { return "" }
    let choices = counted(Set(splits).count, "choice of batches", "choices of batches")
    let rest = comparison.errorTable.cells.count - splits.count
    return " \(counted(splits.count, "cell is", "cells are")) measured on held-out batches"
      + " (\(choices), each a setting of its own), \(rest) in sample."
  }

  private func section(_ table: ComparisonTables.Table, _ style: Style) -> String {
    var printed = MarkdownTable(table.header, leftColumns: table.leftColumns)
    for row in table.rows {
      printed.add(
        row.enumerated().map { index, cell in
          let isName =
            ["estimator", "file", "network", "rule"].contains(table.header[index]) && !cell.isEmpty
          guard style == .markdown, isName else { return cell }
          return cell.hasSuffix(" *")
            ? "\(MarkdownText.code(String(cell.dropLast(2)))) \\*" : MarkdownText.code(cell)
        })
    }
    let remarks = table.remarks.map { remark in
      style == .markdown ? "- \(MarkdownText.plain(remark))\n" : remark + "\n"
    }.joined()
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
      table.add([
        code("\(change.key)", style), code(change.contender, style),
        String(format: "%.6g", change.from), String(format: "%.6g", change.to),
        change.from > 0 ? ComparisonFormat.ratio(change.to / change.from) : "–",
      ])
    }
    return title("Largest changes", level: 2, style) + "\n" + table.text
  }

  private func notes(_ style: Style) -> String {
    let method = comparison.method
    let confidence = ComparisonFormat.percent(1 - method.level)
    let isSplit = comparison.errorTable.cells.contains { $0.key.split != nil }
    let splits =
      isSplit
      ? "\nEach choice of calibration batches is a cell; in sample: chosen and measured on all batches."
      : ""
    return title("How to read this", level: 2, style) + """

      MSE ratio: mean squared error divided by that of the reference, below 1 is less error. The
      cells of one tensor depend on each other, so they are averaged (geometrically) and every
      tensor counts once, in the ratio, its median, wins, ties and losses, interval and tests.\(splits)
      Interval: \(confidence) percentile bootstrap over tensors, seed \(method.seed).
      p: Wilcoxon's signed-rank test, two-sided; p, Holm: corrected for the tests of the same slice.
      Mean rank: over tensors, 1 is the least error; it depends on who else takes part.

      """
  }
}
