internal import QuantizationCore
internal import ResultAnalysis
internal import ResultRecords
internal import TensorIO

/// The results of a subject, arranged for the sections of its part of the page.
struct ReportedExperiment {
  let subject: ReportSubject
  /// The leaderboard of the measured cells.
  let comparison: Leaderboard
  /// The columns: bit widths, or numbers of calibration batches.
  let columns: [LeaderboardColumn]
  /// The estimators, best first.
  let estimators: [String]
  /// The granularities, coarse before fine.
  let granularities: [Granularity]
  /// The recommendation.
  let verdict: Verdict
  /// The prefix of ids in this part of the page.
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
    // Held-out batches decide if there are any, as in the summary.
    let held = comparison.filtered { $0.split != nil }
    let first = columns.contains(where: \.isHeldOut) ? held.estimators : []
    estimators = first + comparison.estimators.filter { !first.containsName($0) }
  }

  /// Whether ranges are chosen on some batches and measured on others.
  var isHeldOut: Bool { verdict.isHeldOut }

  /// The estimator with the least mean regret among those measured in every deciding cell.
  var leader: String? {
    (isHeldOut ? comparison.filtered { $0.split != nil } : comparison).ranked.first?.name
  }

  /// The records on which the verdict is based: those with held-out batches, if there are any.
  var decisive: [ResultRecord] {
    isHeldOut ? subject.records.filter { $0.key.split != nil } : subject.records
  }

  /// A heading one or more levels below the title of the experiment.
  func heading(_ text: String, id: String, deeper: Int = 0) -> Markup {
    Markup("h\(level + deeper)", ["id": prefix + id]) { text }
  }
}
