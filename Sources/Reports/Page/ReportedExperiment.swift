internal import QuantizationCore
internal import ResultAnalysis
internal import ResultRecords
internal import TensorIO

/// The results of a subject, arranged as every section of its part of the page needs them.
struct ReportedExperiment {
  let subject: ReportSubject
  /// Every measured cell.
  let comparison: Leaderboard
  /// Bit widths, or numbers of calibration batches.
  let columns: [LeaderboardColumn]
  /// Best first.
  let estimators: [String]
  /// Coarse before fine.
  let granularities: [Granularity]
  /// Which estimator to use.
  let verdict: Verdict
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
    columns = LeaderboardColumn.columns(of: subject.records.map(\.key))
    verdict = Verdict(subject.records, comparison)
    // With held-out batches those decide, as in the summary.
    let held = comparison.filtered { $0.split != nil }
    let first = columns.contains(where: \.isHeldOut) ? held.estimators : []
    estimators = first + comparison.estimators.filter { !first.containsName($0) }
  }

  /// Whether ranges were chosen on some batches and measured on others.
  var isHeldOut: Bool { verdict.isHeldOut }

  /// The estimator with the least mean regret of those measured in every cell that decides.
  var leader: String? {
    (isHeldOut ? comparison.filtered { $0.split != nil } : comparison).ranked.first?.name
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
