internal import Foundation
internal import QuantizationCore
internal import ResultAnalysis
internal import ResultRecords
internal import ScientificMath
internal import TensorIO

/// The tables of what rules cost networks: accuracy and output error, and whether tensor error tells it.
struct NetworkSummary {
  private let rows: [NetworkRecord]
  private let records: [ResultRecord]

  /// - Parameters:
  ///   - rows: A row for each network and each way to quantize it.
  ///   - records: The finished cells of their tensors.
  init(_ rows: [NetworkRecord], _ records: [ResultRecord]) {
    (self.rows, self.records) = (rows, records)
  }

  /// Which rows one table has: all of one network and one scheme and granularity.
  private struct Setting: Hashable {
    let model: String
    let data: String
    let activations: String
    let granularity: String

    init(_ key: NetworkRecord.Key) {
      (model, data, granularity) = (key.model, key.data, key.granularity)
      activations = CodeGrid(key.activations)?.family.gridName ?? key.activations
    }
  }

  /// A section for each network and setting, in the order of the rows.
  var sections: [String] {
    var settings: [Setting] = []
    for row in rows where !settings.contains(Setting(row.key)) { settings.append(Setting(row.key)) }
    return settings.map(section)
  }

  /// The rules without a row in the table, and why.
  private func undefined(_ estimators: [String], _ rows: [NetworkRecord]) -> String {
    let reasons = Dictionary(
      rows.map { ($0.key.estimator, $0.status) }, uniquingKeysWith: { first, _ in first })
    return estimators.map { estimator in
      let reason = MarkdownText.plain(reasons[estimator] ?? "")
      return "- \(MarkdownText.code(estimator)) is not in the table: \(reason)\n"
    }.joined()
  }

  private func section(_ setting: Setting) -> String {
    let rows = rows.filter { Setting($0.key) == setting }
    var bits: [Int] = []
    var estimators: [String] = []
    for row in rows {
      if !bits.contains(row.key.bits) { bits.append(row.key.bits) }
      if !estimators.contains(row.key.estimator) { estimators.append(row.key.estimator) }
    }
    var byKey: [String: NetworkRecord] = [:]
    for row in rows { byKey["\(row.key.bits) \(row.key.estimator)"] = row }
    let judged = Set(rows.filter { $0.figures != nil }.map(\.key.estimator))
    var table = MarkdownTable(["rule"] + bits.flatMap { ["\($0) bits", "SQNR"] })
    let best = bits.map { bits in
      rows.filter { $0.key.bits == bits }.compactMap(\.figures).map(Self.goodness).max()
    }
    for estimator in estimators where judged.contains(estimator) {
      let cells = zip(bits, best).flatMap { bits, best -> [String] in
        guard let row = byKey["\(bits) \(estimator)"] else { return ["", ""] }
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
      ## Network \(MarkdownText.plain(setting.model)): weights by \(setting.granularity), activations \
      \(setting.activations)

      \(introduction(rows))

      \(table.text)
      \(undefined(estimators.filter { !judged.contains($0) }, rows))\
      \(bits.map { prediction(setting, $0, rows) }.filter { !$0.isEmpty }.joined(separator: "\n"))

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
    let stars = figures.pValue.map { $0 < 0.01 ? " \\*" : "" } ?? ""
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
  private func prediction(_ setting: Setting, _ bits: Int, _ rows: [NetworkRecord]) -> String {
    let prefix = setting.model + "#"
    let board = Leaderboard(
      records.filter { record in
        guard case .tensor(let name) = record.key.subject else { return false }
        let grid = record.key.grid
        let isOfSetting =
          record.key.granularity == .tensor && grid.family.scheme == .affine
          ? grid.family.gridName == setting.activations : true
        return name.hasPrefix(prefix) && grid.bits.count == bits && isOfSetting
      })
    let pairs = rows.filter { $0.key.bits == bits }.compactMap { row -> (Double, Double)? in
      guard let figures = row.figures, let ratio = board.score(row.key.estimator).ratio else {
        return nil
      }
      return (ratio, -Self.goodness(figures))
    }
    guard let correlation = RankCorrelation(pairs) else { return "" }
    return String(
      format:
        "- %d bits: rank correlation of the rules' tensor error (geometric mean of the ratio to "
        + "the optimum) with what they cost the network: %.2f (95 %% interval %.2f to %.2f, %d rules).",
      bits, correlation.value, correlation.interval.lowerBound, correlation.interval.upperBound,
      correlation.count)
  }
}
