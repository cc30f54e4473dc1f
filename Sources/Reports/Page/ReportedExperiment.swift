internal import QuantizationCore
internal import ResultRecords
internal import TensorIO

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
    comparison = subject.comparison
    granularities = comparison.granularities
    columns = ReportColumn.columns(of: subject.records.map(\.key))
    choices = columns.filter { $0.kind != .inSample }
    // With held-out batches those decide, as in the summary.
    let held = comparison.filtered { $0.split != nil }
    let order = columns.contains { if case .calibration = $0.kind { true } else { false } }
    let first = order ? held.estimators : []
    estimators = first + comparison.estimators.filter { !first.containsName($0) }
  }

  /// Whether ranges were chosen on some batches and measured on others.
  var isHeldOut: Bool {
    choices.contains { if case .calibration = $0.kind { true } else { false } }
  }

  /// The columns of each choice in a sentence.
  func phrase(_ columns: [ReportColumn]) -> String { ReportColumn.phrase(columns, of: choices) }

  /// How many cells of each estimator were measured in some cells.
  static func coverage(_ records: [ResultRecord]) -> [ExactName: Int] {
    records.reduce(into: [:]) { counts, record in
      if record.isMeasured { counts[record.key.estimatorName, default: 0] += 1 }
    }
  }

  /// The records of a column, measured or not.
  func records(in column: ReportColumn) -> [ResultRecord] {
    subject.records.filter { column.contains($0.key) }
  }

  /// The records that decide which estimator is to be used: where batches are held out, those.
  var decisive: [ResultRecord] {
    isHeldOut ? subject.records.filter { $0.key.split != nil } : subject.records
  }

  /// A heading one or more levels below the title of the experiment.
  func heading(_ text: String, id: String, deeper: Int = 0) -> Markup {
    Markup("h\(level + deeper)", ["id": prefix + id]) { text }
  }
}
