internal import QuantizationCore
package import ResultRecords

/// The rows of one network in one setting, rule by rule and width by width.
package struct NetworkBoard: Sendable {
  /// What the rows share.
  package let setting: NetworkSetting
  /// The rows in the order of the table.
  package let rows: [NetworkRecord]
  /// The rules in the order of the table.
  package let estimators: [String]
  /// The rules at each width, in the order of the table.
  package let widths: [NetworkWidth]

  /// A board for each network and setting, in the order of the table.
  ///
  /// - Parameters:
  ///   - rows: The rows of `networks.csv`.
  ///   - records: The cells of the tensors, from which the tensor errors of the rules are taken.
  ///
  /// Complexity: O(settings x records).
  package static func boards(
    _ rows: [NetworkRecord], _ records: [ResultRecord]
  ) -> [NetworkBoard] {
    var settings: [NetworkSetting] = []
    var bySetting: [NetworkSetting: [NetworkRecord]] = [:]
    for row in rows {
      let setting = NetworkSetting(row.key)
      if bySetting[setting] == nil { settings.append(setting) }
      bySetting[setting, default: []].append(row)
    }
    return settings.map { NetworkBoard($0, bySetting[$0] ?? [], $0.cells(of: records)) }
  }

  private init(
    _ setting: NetworkSetting, _ rows: [NetworkRecord], _ cells: [ResultRecord]
  ) {
    (self.setting, self.rows) = (setting, rows)
    var bits: [Int] = []
    var estimators: [String] = []
    var byBits: [Int: [NetworkRecord]] = [:]
    var seen: Set<String> = []
    for row in rows {
      if byBits[row.key.bits] == nil { bits.append(row.key.bits) }
      byBits[row.key.bits, default: []].append(row)
      if seen.insert(row.key.estimator).inserted { estimators.append(row.key.estimator) }
    }
    self.estimators = estimators
    let parts = Leaderboard(cells).divided { $0.grid.bits.count }
    widths = bits.map { NetworkWidth($0, byBits[$0] ?? [], parts[$0]) }
  }

  /// The first row with figures; nil if no rule has a range for every tensor.
  package var anyFigures: NetworkRecord.Figures? { rows.lazy.compactMap(\.figures).first }
  /// Whether the samples have labels, so that there are accuracies.
  package var hasLabels: Bool { anyFigures?.right != nil }
}
