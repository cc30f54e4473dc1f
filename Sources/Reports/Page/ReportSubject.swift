package import Figures
internal import ResultAnalysis
package import ResultRecords
package import TensorIO

/// The subject of a report: the results of one experiment, with their origin and figures.
package struct ReportSubject: Sendable {
  /// The name of the experiment.
  package let name: String
  /// The question of the experiment, if it is known.
  package let question: String?
  /// Every finished cell, sorted by key.
  package let records: [ResultRecord]
  /// The origin of the results.
  package let origin: ReportOrigin
  /// The leaderboard of the measured records.
  let comparison: Leaderboard
  /// The tensors with tables of their own.
  package let shown: TensorSelection
  /// Figures of all results, in the order of the page.
  package var figures: [Figure] = []
  /// Figures of single tensors, by the name of the tensor.
  package var tensorFigures: [ExactName: [Figure]] = [:]

  /// Creates a subject without figures.
  package init(
    name: String, question: String? = nil, records: [ResultRecord], origin: ReportOrigin
  ) {
    self.name = name
    self.question = question
    let records = records.isSorted ? records : records.sorted { $0.key < $1.key }
    self.records = records
    self.origin = origin
    comparison = Leaderboard(records)
    // Held-out batches decide if there are any, as in the verdict.
    let isHeldOut = records.contains { $0.key.split != nil }
    shown = TensorSelection.ofPage(
      isHeldOut ? comparison.filtered { $0.split != nil } : comparison,
      of: Set(records.map(\.key.subjectName)).sorted())
  }

  /// Every figure: those of all results first, then those of the tensors by name.
  package var allFigures: [Figure] {
    figures + tensorFigures.keys.sorted().flatMap { tensorFigures[$0] ?? [] }
  }
}

extension [ResultRecord] {
  /// Whether the records are already sorted by key, as a run writes them.
  fileprivate var isSorted: Bool { zip(self, dropFirst()).allSatisfy { $0.key < $1.key } }
}

/// The origin of results, with which a reader can find and reproduce them.
package struct ReportOrigin: Sendable {
  /// The path of the results file on the command line.
  package let path: String
  /// The SHA-256 of the file.
  package let contentHash: String
  /// The facts that the run recorded, each a name and a value; empty if there are none.
  package let provenance: [(name: String, value: String)]
  /// The commands that produce the results and the report, in order.
  package let commands: [String]

  /// Creates an origin.
  package init(
    path: String, contentHash: String, provenance: [(name: String, value: String)] = [],
    commands: [String]
  ) {
    self.path = path
    self.contentHash = contentHash
    self.provenance = provenance
    self.commands = commands
  }
}
