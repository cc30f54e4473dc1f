internal import ExperimentRunner
internal import Foundation
internal import RangeEstimation
internal import Reports
internal import ResultAnalysis
internal import ResultRecords
internal import TensorIO

/// The results that a command line names, with the files of the same run: the subject of a report.
struct ReportInput {
  /// The subject of the report.
  let subject: ReportSubject
  /// The text of `summary.md`.
  let summary: String
  /// The paths of the files that are read.
  let paths: [String]

  /// Reads the last results of a manifest, or those of a folder or a file.
  ///
  /// - Parameters:
  ///   - argument: The manifest, folder or file.
  /// - all: All arguments, for the command that the report names.
  ///   - registry: The estimators that the manifest may name.
  /// - Throws: `LabFailure` or `ManifestError`.
  init(_ argument: String, among all: [String], registry: EstimatorRegistry) throws {
    let isManifest = argument.hasSuffix(".yaml") || argument.hasSuffix(".yml")
    let manifest =
      isManifest
      ? try Manifest.load(path: argument, overrides: [], registry: registry) : nil
    let input = try ResultsInput(manifest.map { "results/\($0.name)" } ?? argument)
    let records = input.file.records
    guard !records.isEmpty else {
      throw LabFailure(
        "error: \(input.path) has no rows: there is nothing to report", .badInput)
    }
    let networks = try NetworksInput(beside: input.path)
    let folder = input.path.lastIndex(of: "/").map { String(input.path[...$0]) } ?? ""
    let note = try ProvenanceNote(beside: folder)
    let name = manifest?.name ?? note?.manifest ?? Self.name(of: input.path)
    let found =
      try isManifest
      ? nil
      : Self.question(
        of: name, records, networks.records, in: folder + "summary.md")
    let question = manifest?.description ?? found?.question
    let making = isManifest ? Self.quoted(["rangelab", "run", argument]) : note?.commandLine
    var subject = ReportSubject(
      name: name, question: question, records: records, networks: networks.records,
      origin: ReportOrigin(
        path: input.path, contentHash: ContentHash.of(input.text),
        provenance: networks.facts + (note?.facts ?? []), hasProvenance: note != nil,
        commands: [making, Self.quoted(["rangelab", "report"] + all + ["-o", "report"])]
          .compactMap { $0 }))
    let timings = try Self.text(folder + "timings.csv").flatMap { CellTimings($0) }
    subject.figures = ReportFigures(records, timings: timings).figures
    subject.tensorFigures = TensorFigures.byTensor(
      try Self.profiles(beside: folder, of: subject.shown), records: records,
      shown: subject.shown.tensors)
    self.subject = subject
    paths =
      [argument, input.path, networks.path]
      + ["profiles.json", "timings.csv", "provenance.json"].map { folder + $0 }
    summary =
      found?.summary
      ?? Summary(
        title: name, question: question, records: records, networks: networks.records
      ).markdown
  }

  /// The name of the folder for a `results.csv`, otherwise the name of the file.
  private static func name(of path: String) -> String {
    let url = URL(filePath: path)
    let file = url.deletingPathExtension().lastPathComponent
    return file == "results" ? url.deletingLastPathComponent().lastPathComponent : file
  }

  /// The stored profiles of the tensors that have figures; empty if the run stored none.
  private static func profiles(
    beside folder: String, of shown: TensorSelection
  ) throws -> [TensorProfile] {
    let path = folder + "profiles.json"
    guard let text = try text(path) else { return [] }
    do {
      return shown.isWhole
        ? try TensorProfileFile.profiles(in: text)
        : try ProfileLines(text, of: shown.tensors).profiles
    } catch {
      throw LabFailure(
        "error: \(printable(path)): cannot be read as profiles of tensors: \(error)", .badInput)
    }
  }

  /// The text of a file; nil if there is none.
  ///
  /// - Throws: `TensorFileError` if the path is no file with text.
  fileprivate static func text(_ path: String) throws -> String? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    return try readRegularTextFile(path, limit: ResultsInput.maximumBytes)
  }

  /// The question in the summary that the run wrote.
  ///
  /// It is used only if the rest of the summary is the one that these records and the question
  /// produce; the paragraph of the verdict may come from another release.
  ///
  /// - Returns: The question, and the summary as this release writes it.
  private static func question(
    of name: String, _ records: [ResultRecord], _ networks: [NetworkRecord], in path: String
  ) throws -> (question: String, summary: String)? {
    guard let text = try text(path) else { return nil }
    // The parts are title, question, verdict, and the rest.
    func parts(_ text: String) -> [Substring] { text.split(separator: "\n\n", maxSplits: 3) }
    let found = parts(text)
    guard found.count == 4 else { return nil }
    let question = Summary.question(String(found[1]))
    let summary = Summary(
      title: name, question: question, records: records, networks: networks
    ).markdown
    let expected = parts(summary)
    guard expected.count == 4, [0, 1, 3].allSatisfy({ found[$0] == expected[$0] }) else {
      return nil
    }
    return (question, summary)
  }

  /// A command as it would be typed.
  static func quoted(_ words: [String]) -> String {
    words.map { word in
      let isPlain = word.allSatisfy {
        $0.isASCII && ($0.isLetter || $0.isNumber || "._/:=@%+,-".contains($0))
      }
      return isPlain && !word.isEmpty ? word : "'" + word.replacing("'", with: "'\\''") + "'"
    }.joined(separator: " ")
  }
}

extension NetworksInput {
  /// The path and the hash of the table, if there is one.
  fileprivate var facts: [(name: String, value: String)] {
    exists ? [("networks", path), ("SHA-256 of networks", ContentHash.of(text))] : []
  }
}

/// The facts about a run in `provenance.json`.
private struct ProvenanceNote: Decodable {
  let tool: String?
  let commit: String?
  let command: [String]?
  let manifest: String?
  let seed: UInt64?
  let inputs: [String: String]?
  let cells: Int?
  let seconds: Double?
  let finishedAt: String?
  let machine: Machine?

  struct Machine: Decodable {
    let system: String?
    let processor: String?
    let cores: Int?
    let kernelPath: String?
  }

  /// Reads the file in a folder; nil if there is none.
  ///
  /// - Throws: `LabFailure` if it cannot be read.
  init?(beside folder: String) throws {
    let path = folder + "provenance.json"
    guard let text = try ReportInput.text(path) else { return nil }
    do {
      self = try JSONText.value(ProvenanceNote.self, from: text)
    } catch {
      throw LabFailure(
        "error: \(printable(path)): cannot be read as a run's provenance: \(error)", .badInput)
    }
  }

  /// The command of the run, without the folder of the program.
  var commandLine: String? {
    guard let command, let program = command.first else { return nil }
    return ReportInput.quoted([URL(filePath: program).lastPathComponent] + command.dropFirst())
  }

  /// The facts for the page, in order.
  var facts: [(name: String, value: String)] {
    let facts: [(String, String?)] = [
      ("tool", tool), ("commit", commit), ("seed", seed.map { "\($0)" }),
      ("cells", cells.map { "\($0)" }), ("finished", finishedAt),
      ("seconds", seconds.map { String(format: "%.1f", $0) }), ("system", machine?.system),
      ("processor", machine?.processor), ("cores", machine?.cores.map { "\($0)" }),
      ("instruction set", machine?.kernelPath),
    ]
    return facts.compactMap { name, value in value.map { (name, $0) } }
      + shownInputs
  }

  /// The greatest number of hashes on a page.
  private static let mostInputs = 100

  /// The hashes of the first inputs, by name.
  private var shownInputs: [(name: String, value: String)] {
    let all = (inputs ?? [:]).sorted { $0.key < $1.key }
    let shown = all.prefix(Self.mostInputs).map { (name: "input \($0.key)", value: $0.value) }
    let rest = all.count - shown.count
    return shown
      + (rest > 0
        ? [(name: "other inputs", value: "\(counted(rest, "hash", "hashes")) in provenance.json")]
        : [])
  }
}
