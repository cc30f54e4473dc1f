internal import QuantizationCore
internal import ResultAnalysis
internal import ResultRecords
internal import ScientificMath
internal import TensorIO

/// Which estimator to use, by how much it leads and how sure that is: for each bit width, or for each
/// number of calibration batches.
///
/// Only estimators measured in every cell of a column take part in it; the leader has the least mean
/// regret. Where one estimator is the optimum itself in every column, its lead needs no test, and the
/// question is which of the others comes next.
struct Verdict {
  /// An estimator in a column.
  struct Standing {
    let name: String
    /// The mean ratio to the optimum.
    let ratio: Double
  }

  /// What holds in one column.
  struct Row {
    let column: ReportColumn
    /// Least regret first; at least one.
    let ranked: [Standing]
    /// How many estimators were measured at all.
    let taking: Int
    /// The contested place: the estimator there, the next one, and the next one against it.
    fileprivate(set) var first: Standing?
    fileprivate(set) var second: Standing?
    fileprivate(set) var pair: PairedComparison?
    /// The p-value of the pair, corrected for the number of rows.
    fileprivate(set) var adjustedPValue: Double?

    /// Whether the lead is more than chance.
    var isDecided: Bool { (adjustedPValue ?? 1) <= Verdict.level }
    /// Whether the two have the same error on every tensor.
    var isTied: Bool {
      guard let pair else { return false }
      return pair.ties == pair.tensors
    }
    /// The ratio of min-max, which many tools use unless they are told otherwise.
    var usualRatio: Double? { ranked.first { $0.name == Verdict.usual }?.ratio }
  }

  /// The level of the tests.
  static let level = ComparisonMethod().level
  /// What many tools do unless they are told otherwise.
  static let usual = "minmax"

  let rows: [Row]
  /// The estimator that is the optimum itself in every column, if there is one.
  let optimum: String?

  init(_ experiment: ReportedExperiment) {
    var rows = experiment.choices.compactMap { Self.row($0, experiment) }
    let leaders = Set(rows.compactMap { $0.ranked.first?.name })
    let isOptimal = rows.allSatisfy { ($0.ranked.first?.ratio ?? 2) <= 1 + ComparisonMethod().tie }
    optimum = leaders.count == 1 && isOptimal ? leaders.first : nil
    let contested = optimum == nil ? 0 : 1
    for index in rows.indices {
      let rest = rows[index].ranked.dropFirst(contested)
      rows[index].first = rest.first
      rows[index].second = rest.dropFirst().first
      guard let first = rest.first, let second = rows[index].second else { continue }
      let records = experiment.records(in: rows[index].column)
      rows[index].pair = Self.pair(second.name, against: first.name, records)
    }
    let tested = rows.indices.filter { rows[$0].pair?.test != nil }
    let adjusted = HolmCorrection.adjusted(tested.compactMap { rows[$0].pair?.test?.pValue })
    for (index, p) in zip(tested, adjusted) { rows[index].adjustedPValue = p }
    self.rows = rows
  }

  private static func row(_ column: ReportColumn, _ experiment: ReportedExperiment) -> Row? {
    let part = experiment.comparison.filtered { column.contains($0) }
    let records = experiment.records(in: column)
    let coverage = ReportedExperiment.coverage(records)
    let most = coverage.values.max() ?? 0
    let ranked = coverage.keys.filter { coverage[$0] == most }.sorted().map(\.text)
      .compactMap { name in part.score(name).ratio.map { Standing(name: name, ratio: $0) } }
      .sorted { ($0.ratio, $0.name) < ($1.ratio, $1.name) }
    return ranked.isEmpty ? nil : Row(column: column, ranked: ranked, taking: coverage.count)
  }

  private static func pair(
    _ second: String, against first: String, _ records: [ResultRecord]
  ) -> PairedComparison? {
    var method = ComparisonMethod()
    method.reference = first
    let both = records.filter { [first, second].containsName($0.key.estimator) }
    let comparison = try? ContestComparison(Contest(estimatorsOf: both), method: method)
    return comparison?.slices.first?.comparisons.first
  }

  /// Those in the contested place, in order, each with its columns.
  var leaders: [(name: String, columns: [ReportColumn])] { grouped { $0.first?.name } }

  /// Those next to it.
  var seconds: [(name: String, columns: [ReportColumn])] { grouped { $0.second?.name } }

  private func grouped(_ name: (Row) -> String?) -> [(name: String, columns: [ReportColumn])] {
    var groups: [(name: String, columns: [ReportColumn])] = []
    for row in rows {
      guard let name = name(row) else { continue }
      if let index = groups.firstIndex(where: { $0.name == name }) {
        groups[index].columns.append(row.column)
      } else {
        groups.append((name, [row.column]))
      }
    }
    return groups
  }

  /// The least and the largest of some ratios, as percentages above 1.
  static func span(_ ratios: [Double]) -> String {
    guard let low = ratios.min(), let high = ratios.max() else { return "–" }
    let ends = [low, high].map(RegretCell.text)
    return ends[0] == ends[1] ? ends[0] : "\(ends[0]) to \(ends[1])"
  }
}
