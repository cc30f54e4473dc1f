internal import Foundation
internal import ResultAnalysis
internal import ResultRecords
internal import ScientificMath
internal import TensorIO

/// The tables of what rules cost networks: accuracy and output error, and whether tensor error tells it.
struct NetworkSummary {
  private let boards: [NetworkBoard]

  /// - Parameter boards: The rows of networks, setting by setting.
  init(_ boards: [NetworkBoard]) { self.boards = boards }

  /// A section for each network and setting, in the order of the rows.
  var sections: [String] { boards.map(section) }

  /// The rules without a row in the table, and why.
  private func undefined(_ estimators: [String], _ rows: [NetworkRecord]) -> String {
    let reasons = Dictionary(
      rows.map { ($0.key.estimator, $0.status) }, uniquingKeysWith: { first, _ in first })
    return estimators.map { estimator in
      let reason = MarkdownText.plain(reasons[estimator] ?? "")
      return "- \(MarkdownText.code(estimator)) is not in the table: \(reason)\n"
    }.joined()
  }

  private func section(_ board: NetworkBoard) -> String {
    var table = MarkdownTable(["rule"] + board.widths.flatMap { ["\($0.bits) bits", "SQNR"] })
    let best = board.widths.map { $0.entries.map(\.figures).map(Self.goodness).max() }
    var byKey: [String: NetworkRecord] = [:]
    for row in board.rows { byKey["\(row.key.bits) \(row.key.estimator)"] = row }
    let judged = Set(board.rows.filter { $0.figures != nil }.map(\.key.estimator))
    for estimator in board.estimators where judged.contains(estimator) {
      let cells = zip(board.widths, best).flatMap { width, best -> [String] in
        guard let row = byKey["\(width.bits) \(estimator)"] else { return ["", ""] }
        guard let figures = row.figures else { return ["–", ""] }
        let text = Self.accuracy(figures)
        return [
          Self.goodness(figures) == best ? "**\(text)**" : text,
          String(format: "%.1f dB", figures.outputSqnrDb),
        ]
      }
      table.add([MarkdownText.code(estimator)] + cells)
    }
    return """
      ## Network \(MarkdownText.plain(board.setting.model)): \(board.setting.title)

      \(introduction(board.rows))

      \(table.text)
      \(undefined(board.estimators.filter { !judged.contains($0) }, board.rows))\
      \(board.widths.map(prediction).filter { !$0.isEmpty }.joined(separator: "\n"))

      """
  }

  /// What rows are compared by: right answers, or where nobody knows them the output error.
  private static func goodness(_ figures: NetworkRecord.Figures) -> Double {
    figures.right.map(Double.init) ?? figures.outputSqnrDb
  }

  private static func accuracy(_ figures: NetworkRecord.Figures) -> String {
    guard let right = figures.right else {
      return String(format: "%.2f %% agree", 100 * figures.agreement)
    }
    let stars = figures.pValue.map { $0 < NetworkVerdict.level ? " \\*" : "" } ?? ""
    return String(format: "%.2f %%", 100 * Double(right) / Double(figures.samples)) + stars
  }

  private func introduction(_ rows: [NetworkRecord]) -> String {
    guard let figures = rows.compactMap(\.figures).first else {
      return "No rule has a range for every tensor."
    }
    guard let right = figures.floatRight else {
      return
        "\(counted(figures.samples, "sample")) without labels: the share with the class of the "
        + "float network, and the signal-to-noise ratio of the outputs."
    }
    let share = Double(right) / Double(figures.samples)
    let interval = WilsonInterval.of(right, in: figures.samples)
    return String(
      format: "Float: %d of %d right, %.2f %% (95 %% interval %.2f to %.2f). ", right,
      figures.samples, 100 * share, 100 * interval.lowerBound, 100 * interval.upperBound)
      + "A star: worse or better than float by more than chance (McNemar's exact test, p < 0.01). "
      + "The best of each width in bold. SQNR: of the outputs against the float network's."
  }

  /// Whether the rule with the least tensor error keeps the most accuracy.
  private func prediction(_ width: NetworkWidth) -> String {
    let hasLabels = width.entries.first?.figures.right != nil
    guard let correlation = width.correlation(with: hasLabels ? .accuracy : .sqnr) else {
      return ""
    }
    return String(
      format:
        "- %d bits: rank correlation of the rules' tensor error (geometric mean of the ratio to "
        + "the optimum) with what they cost the network: %.2f (95 %% interval %.2f to %.2f, %d rules).",
      width.bits, correlation.value, correlation.interval.lowerBound,
      correlation.interval.upperBound, correlation.count)
  }
}
