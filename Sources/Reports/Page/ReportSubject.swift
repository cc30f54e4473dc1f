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
  /// The rows of networks, network by network and setting by setting.
  let boards: [NetworkBoard]
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

  /// Figures of the networks, for each of ``boards``.
  private let networkFigures: [[Figure]]

  /// Creates a subject, with the figures of its networks and no others.
  package init(
    name: String, question: String? = nil, records: [ResultRecord],
    networks: [NetworkRecord] = [], origin: ReportOrigin
  ) {
    self.name = name
    self.question = question
    let records = records.isSorted ? records : records.sorted { $0.key < $1.key }
    self.records = records
    self.origin = origin
    comparison = Leaderboard(records)
    boards = NetworkBoard.boards(networks, records)
    networkFigures = NetworkFigures.figures(of: boards)
    // Held-out batches decide if there are any, as in the verdict.
    let isHeldOut = records.contains { $0.key.split != nil }
    shown = TensorSelection.ofPage(
      isHeldOut ? comparison.filtered { $0.split != nil } : comparison,
      of: Set(records.map(\.key.subjectName)).sorted())
  }

  /// The figures of a network in one setting.
  func figuresOfBoard(_ index: Int) -> [Figure] { networkFigures[index] }

  /// Every figure: those of networks first, those of all results, then those of the tensors by name.
  package var allFigures: [Figure] {
    networkFigures.flatMap { $0 } + figures
      + tensorFigures.keys.sorted().flatMap { tensorFigures[$0] ?? [] }
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
  /// Facts about the results and those that the run recorded, each a name and a value.
  package let provenance: [(name: String, value: String)]
  /// Whether the run left a record of itself.
  package let hasProvenance: Bool
  /// The commands that produce the results and the report, in order.
  package let commands: [String]

  /// Creates an origin; it has a record of the run if it has facts, unless said otherwise.
  package init(
    path: String, contentHash: String, provenance: [(name: String, value: String)] = [],
    hasProvenance: Bool? = nil, commands: [String]
  ) {
    self.hasProvenance = hasProvenance ?? !provenance.isEmpty
    self.path = path
    self.contentHash = contentHash
    self.provenance = provenance
    self.commands = commands
  }
}
