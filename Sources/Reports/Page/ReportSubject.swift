package import Figures
internal import ResultAnalysis
package import ResultRecords
package import TensorIO

/// What a report is about: the results of one experiment and what is known about them.
package struct ReportSubject: Sendable {
  /// What the experiment is called.
  package let name: String
  /// What it asks, where that is known.
  package let question: String?
  /// Every finished cell, sorted by key.
  package let records: [ResultRecord]
  /// Where the results come from.
  package let origin: ReportOrigin
  /// The measured ones, compared.
  let comparison: Leaderboard
  /// Which tensors the page shows one by one.
  package let shown: TensorSelection
  /// Pictures of all results together, in the order of the page.
  package var figures: [Figure] = []
  /// Pictures of single tensors, by the name of the tensor.
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
    // With held-out batches those decide, as in the verdict.
    let isHeldOut = records.contains { $0.key.split != nil }
    shown = TensorSelection.ofPage(
      isHeldOut ? comparison.filtered { $0.split != nil } : comparison,
      of: Set(records.map(\.key.subjectName)).sorted())
  }

  /// Every picture, those of all results first, then those of the tensors by name.
  package var allFigures: [Figure] {
    figures + tensorFigures.keys.sorted().flatMap { tensorFigures[$0] ?? [] }
  }
}

extension [ResultRecord] {
  /// Whether they are in the order of their keys already, as a run writes them.
  fileprivate var isSorted: Bool { zip(self, dropFirst()).allSatisfy { $0.key < $1.key } }
}

/// Where results come from: what lets a reader find them again and make them again.
package struct ReportOrigin: Sendable {
  /// The file of results, as it was named on the command line.
  package let path: String
  /// The SHA-256 of its bytes.
  package let contentHash: String
  /// What the run noted about itself, a name and a value each; empty where nothing was noted.
  package let provenance: [(name: String, value: String)]
  /// The commands that make the results and the report, in order.
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
