internal import Foundation
internal import QuantizationCore
internal import ResultAnalysis
internal import ResultRecords

/// The results of a subject, arranged as every section of its part of the page needs them.
struct ReportedExperiment {
  let subject: ReportSubject
  /// Every measured cell.
  let comparison: Comparison
  /// Bit widths, or numbers of calibration batches.
  let columns: [ReportColumn]
  /// Best first.
  let estimators: [String]
  /// Coarse before fine.
  let granularities: [Granularity]
  /// The columns in which an estimator is to be chosen: all but what no deployment can do.
  let choices: [ReportColumn]
  /// Before the ids of this part of the page.
  let prefix: String
  /// The level of the headings of its sections.
  let level: Int

  init(_ subject: ReportSubject, prefix: String = "", level: Int = 2) {
    self.subject = subject
    self.prefix = prefix
    self.level = level
    comparison = Comparison(subject.records)
    granularities = comparison.granularities
    columns = ReportColumn.columns(of: subject.records.map(\.key))
    choices = columns.filter { $0.kind != .inSample }
    // With held-out batches those decide, as in the summary.
    let held = comparison.filtered { $0.split != nil }
    let order = columns.contains { if case .calibration = $0.kind { true } else { false } }
    let first = order ? held.estimators : []
    estimators = first + comparison.estimators.filter { !first.contains($0) }
  }

  /// Whether ranges were chosen on some batches and measured on others.
  var isHeldOut: Bool {
    choices.contains { if case .calibration = $0.kind { true } else { false } }
  }

  /// The columns of each choice in a sentence.
  func phrase(_ columns: [ReportColumn]) -> String { ReportColumn.phrase(columns, of: choices) }

  /// How many cells of each estimator were measured in some cells.
  static func coverage(_ records: [ResultRecord]) -> [String: Int] {
    records.reduce(into: [:]) { counts, record in
      if record.metrics != nil { counts[record.key.estimator, default: 0] += 1 }
    }
  }

  /// The measured records of a column as a contest has them: one for each tensor, setting and
  /// estimator; several choices of calibration batches are averaged geometrically.
  func contestants(in column: ReportColumn) -> [ResultRecord] {
    Self.merged(subject.records.filter { column.contains($0.key) })
  }

  /// One record for each cell without its choice of batches; cells without some choices are left out.
  static func merged(_ records: [ResultRecord]) -> [ResultRecord] {
    let measured = records.filter { $0.metrics != nil }
    guard measured.contains(where: { $0.key.split != nil }) else { return measured }
    let groups = Dictionary(grouping: measured.filter { $0.key.split != nil }) { record in
      let key = record.key
      return ResultRecord.Key(
        tensor: key.tensor, estimator: key.estimator, grid: key.grid, granularity: key.granularity)
    }
    let most = groups.values.map(\.count).max() ?? 0
    return groups.keys.sorted().compactMap { key in
      guard let group = groups[key], group.count == most, let first = group.first?.metrics else {
        return nil
      }
      let logs = group.compactMap(\.metrics?.mse).map(log)
      let mse = exp(logs.reduce(0, +) / Double(logs.count))
      return ResultRecord(
        key: key, elements: group[0].elements, lanes: group[0].lanes,
        metrics: ResultRecord.Metrics(
          mse: mse, clippingMSE: first.clippingMSE, roundingMSE: first.roundingMSE,
          clippedFraction: first.clippedFraction, sqnrInDecibels: first.sqnrInDecibels,
          maximumError: first.maximumError, cosine: first.cosine), status: .ok)
    }
  }

  /// A heading one or more levels below the title of the experiment.
  func heading(_ text: String, id: String, deeper: Int = 0) -> Markup {
    Markup("h\(level + deeper)", ["id": prefix + id]) { text }
  }
}
