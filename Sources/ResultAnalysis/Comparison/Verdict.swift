package import ResultRecords
internal import ScientificMath
internal import TensorIO

/// The recommendation of an estimator for each bit width, or for each number of calibration
/// batches, with its lead and the certainty of it.
///
/// Only estimators measured in every cell of a column are ranked there; the leader has the least
/// mean regret. If one estimator is the optimum in every column, its lead needs no test, and the
/// verdict compares the next two estimators instead.
package struct Verdict: Sendable {
  /// The verdict in one column.
  package struct Row: Sendable {
    /// The column.
    package let column: LeaderboardColumn
    /// The ranked estimators, least regret first; at least one.
    package let ranked: [Leaderboard.Standing]
    /// The number of estimators with a measured cell.
    package let taking: Int
    /// The better of the two compared estimators: the leader, or the next one after the optimum.
    package fileprivate(set) var first: Leaderboard.Standing?
    /// The other one.
    package fileprivate(set) var second: Leaderboard.Standing?
    /// The comparison of the second with the first.
    package fileprivate(set) var pair: PairedComparison?
    /// The p-value of the pair, corrected for the number of rows.
    package fileprivate(set) var adjustedPValue: Double?

    /// Whether the lead is significant at ``Verdict/level``.
    package var isDecided: Bool { (adjustedPValue ?? 1) <= Verdict.level }
    /// Whether the two have the same error on every tensor.
    package var isTied: Bool {
      guard let pair else { return false }
      return pair.ties == pair.tensors
    }
    /// The ratio of min-max, the default of many tools.
    package var usualRatio: Double? { ranked.first { $0.name == Verdict.usual }?.ratio }
  }

  /// The level of the tests.
  package static let level = ComparisonMethod().level
  /// The default estimator of many tools.
  package static let usual = "minmax"

  /// The columns for which an estimator is recommended.
  package let choices: [LeaderboardColumn]
  /// The verdicts in these columns, for those with measured cells.
  package let rows: [Row]
  /// The estimator that equals the optimum in every column, if there is one.
  package let optimum: String?

  /// Judges results; if some hold out batches, only those.
  ///
  /// - Parameters:
  ///   - records: Every cell.
  /// - leaderboard: The leaderboard of the records.
  package init(_ records: [ResultRecord], _ leaderboard: Leaderboard) {
    let columns = LeaderboardColumn.columns(of: records.map(\.key))
    choices = LeaderboardColumn.choices(columns)
    var rows = choices.compactMap { column -> Row? in
      let part = leaderboard.filtered { column.contains($0) }
      let ranked = part.ranked
      return ranked.isEmpty ? nil : Row(column: column, ranked: ranked, taking: part.takingCount)
    }
    let leaders = Set(rows.compactMap { $0.ranked.first?.name })
    let isOptimal = rows.allSatisfy { ($0.ranked.first?.ratio ?? 2) <= 1 + ComparisonMethod().tie }
    optimum = leaders.count == 1 && isOptimal ? leaders.first : nil
    let contested = optimum == nil ? 0 : 1
    for index in rows.indices {
      let rest = rows[index].ranked.dropFirst(contested)
      rows[index].first = rest.first
      rows[index].second = rest.dropFirst().first
      guard let first = rest.first, let second = rows[index].second else { continue }
      let column = rows[index].column
      rows[index].pair = Self.pair(
        second.name, against: first.name, records.filter { column.contains($0.key) })
    }
    let tested = rows.indices.filter { rows[$0].pair?.test != nil }
    let adjusted = HolmCorrection.adjusted(tested.compactMap { rows[$0].pair?.test?.pValue })
    for (index, p) in zip(tested, adjusted) { rows[index].adjustedPValue = p }
    self.rows = rows
  }

  private static func pair(
    _ second: String, against first: String, _ records: [ResultRecord]
  ) -> PairedComparison? {
    var method = ComparisonMethod()
    method.reference = first
    let both = records.filter { [first, second].containsName($0.key.estimator) }
    let comparison = try? ErrorComparison(ErrorTable(estimatorsOf: both), method: method)
    return comparison?.slices.first?.comparisons.first
  }

  /// Whether batches are held out.
  package var isHeldOut: Bool { choices.contains(where: \.isHeldOut) }

  /// An estimator and the columns in which it has the same rank.
  package typealias Leader = (name: String, columns: [LeaderboardColumn])

  /// The first of the two compared estimators, each with its columns.
  package var leaders: [Leader] { grouped { $0.first?.name } }

  /// The second of the two compared estimators.
  package var seconds: [Leader] {
    grouped { $0.second?.name }
  }

  private func grouped(_ name: (Row) -> String?) -> [Leader] {
    var groups: [Leader] = []
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
}
