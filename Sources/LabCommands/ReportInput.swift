internal import ExperimentRunner
internal import Foundation
internal import RangeEstimation
internal import Reports
internal import ResultAnalysis
internal import ResultRecords
internal import TensorIO

/// Results named on the command line, with what lies beside them: a report's subject.
struct ReportInput {
  /// What the report is about.
  let subject: ReportSubject
  /// The text of `summary.md`.
  let summary: String
  /// The files it comes from.
  let paths: [String]

  /// Reads a manifest's last results, a folder or a file.
  ///
  /// - Parameters:
  ///   - argument: The manifest, folder or file.
  ///   - all: Everything the report is about, for the command that makes it.
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
    let folder = input.path.lastIndex(of: "/").map { String(input.path[...$0]) } ?? ""
    let note = try ProvenanceNote(beside: folder)
    let name = manifest?.name ?? note?.manifest ?? Self.name(of: input.path)
    let found = try isManifest ? nil : Self.question(of: name, records, in: folder + "summary.md")
    let question = manifest?.description ?? found?.question
    let making = isManifest ? Self.quoted(["rangelab", "run", argument]) : note?.commandLine
    var subject = ReportSubject(
      name: name, question: question, records: records,
      origin: ReportOrigin(
        path: input.path, contentHash: ContentHash.of(input.text),
        provenance: note?.facts ?? [],
        commands: [making, Self.quoted(["rangelab", "report"] + all + ["-o", "report"])]
          .compactMap { $0 }))
    let timings = try Self.text(folder + "timings.csv").flatMap { CellTimings($0) }
    subject.figures = ReportFigures(records, timings: timings).figures
    subject.tensorFigures = TensorFigures.byTensor(
      try Self.profiles(beside: folder, of: subject.shown), records: records,
      shown: subject.shown.tensors)
    self.subject = subject
    paths =
      [argument, input.path]
      + ["profiles.json", "timings.csv", "provenance.json"].map { folder + $0 }
    summary =
      found?.summary ?? Summary(title: name, question: question, records: records).markdown
  }

  /// The folder of a `results.csv`, or the name of any other file.
  private static func name(of path: String) -> String {
    let url = URL(filePath: path)
    let file = url.deletingPathExtension().lastPathComponent
    return file == "results" ? url.deletingLastPathComponent().lastPathComponent : file
  }

  /// What the run noted about the tensors that are shown; nothing where it noted nothing.
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

  /// The text of a file that may be missing.
  ///
  /// - Throws: `TensorFileError` where there is something else than a file with text.
  fileprivate static func text(_ path: String) throws -> String? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    return try readRegularTextFile(path, limit: ResultsInput.maximumBytes)
  }

  /// The question in the summary that the run wrote beside its results.
  ///
  /// It is taken only where the summary is that of these records and the question; the paragraph of the
  /// verdict may be that of another release.
  ///
  /// - Returns: The question, and the summary as this release writes it.
  private static func question(
    of name: String, _ records: [ResultRecord], in path: String
  ) throws -> (question: String, summary: String)? {
    guard let text = try text(path) else { return nil }
    // Title, question, verdict, and the rest.
    func parts(_ text: String) -> [Substring] { text.split(separator: "\n\n", maxSplits: 3) }
    let found = parts(text)
    guard found.count == 4 else { return nil }
    let question = Summary.question(String(found[1]))
    let summary = Summary(title: name, question: question, records: records).markdown
    let expected = parts(summary)
    guard expected.count == 4, [0, 1, 3].allSatisfy({ found[$0] == expected[$0] }) else {
      return nil
    }
    return (question, summary)
  }

  /// A command as it is typed.
  static func quoted(_ words: [String]) -> String {
    words.map { word in
      let isPlain = word.allSatisfy {
        $0.isASCII && ($0.isLetter || $0.isNumber || "._/:=@%+,-".contains($0))
      }
      return isPlain && !word.isEmpty ? word : "'" + word.replacing("'", with: "'\\''") + "'"
    }.joined(separator: " ")
  }
}

/// What a run noted about itself in `provenance.json`.
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

  /// Reads the note in a folder; nothing where there is none.
  ///
  /// - Throws: `LabFailure` where there is one that cannot be read.
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

  /// The command of the run; the program without its folder.
  var commandLine: String? {
    guard let command, let program = command.first else { return nil }
    return ReportInput.quoted([URL(filePath: program).lastPathComponent] + command.dropFirst())
  }

  /// What a reader should know, in order.
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

  /// Nobody reads more hashes.
  private static let mostInputs = 100

  /// Hashes of inputs, by name; of very many the first.
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
