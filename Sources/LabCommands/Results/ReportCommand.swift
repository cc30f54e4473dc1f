internal import ArgumentParser
internal import ExperimentRunner
internal import Figures
internal import Foundation
internal import RangeEstimation
internal import Reports
internal import ResultRecords
internal import TensorIO

/// `rangelab report`: writes results as a page.
struct ReportCommand: RegistryCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write results as one self-contained HTML page, with figures and tables.",
    discussion: """
      Writes report.html, which needs no network and can be read without script, summary.md, and the \
      figures as figures/NAME.svg. Tensors are drawn where profiles.json lies beside the results, costs \
      where timings.csv does. Where networks.csv does, the verdict is about accuracy first, and a \
      section says whether tensor error tells what a rule costs a network. The verdict comes first, then the headline table (sorted by a \
      click, filtered by estimator, tensor, bits, scheme and granularity), figures, every cell of \
      each tensor, what failed or was skipped and why, definitions, and where the results come from.

      Nothing is measured: the page is a function of the results, the same bytes for the same ones. \
      Given a manifest, the results are those of its last run, and the page opens with its question. \
      Several results have a section each, and files in a folder each. No file takes its name \
      before all are written.

      EXAMPLES
        rangelab report results/quickstart -o report
        rangelab report experiments/estimators.yaml -o report
        rangelab report results/bits results/outliers -o report

      EXIT CODES
        0 written; 64 the report cannot be written; 65 bad results, or none; \
      66 no such file.
      """)

  @Argument(
    help: "Manifests (.yaml), files of results, or folders with a results.csv.")
  var results: [String]

  @Option(
    name: .shortAndLong, help: ArgumentHelp("The folder the report goes to.", valueName: "dir"))
  var output: String

  func validate() throws {
    if let twice = results.first(where: { name in
      results.count { ExactName($0) == ExactName(name) } > 1
    }) {
      throw ValidationError("'\(twice)' is there twice.")
    }
  }

  func run(with registry: EstimatorRegistry) throws {
    try reportingFailure {
      let inputs = try results.map { try ReportInput($0, among: results, registry: registry) }
      let page = ReportPage(inputs.map(\.subject))
      let html = page.html
      var files = [(path: "report.html", text: html)]
      let folders = inputs.count == 1 ? [""] : Self.folders(inputs.map(\.subject.name))
      for (folder, input) in zip(folders, inputs) {
        files.append((folder + "summary.md", input.summary))
        files += input.subject.allFigures.map { (folder + "figures/\($0.name).svg", $0.svg) }
      }
      try write(files, inputs: inputs.flatMap(\.paths))
      print(printable("\(output)/report.html", limit: .max))
      StandardError.say(
        "\(counted(files.count, "file")), the page has \(html.utf8.count / 1000) kB")
    }
  }

  /// A unique folder for each name, of lower-case letters, digits and hyphens.
  private static func folders(_ names: [String]) -> [String] {
    var taken: Set<String> = []
    return names.map { name in
      let words = name.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
      let base = words.isEmpty ? "results" : words.joined(separator: "-")
      var folder = base
      var number = 1
      while !taken.insert(folder).inserted {
        number += 1
        folder = "\(base)-\(number)"
      }
      return folder + "/"
    }
  }

  private func write(_ files: [(path: String, text: String)], inputs: [String]) throws {
    let placed = files.map { (path: "\(output)/\($0.path)", text: $0.text) }
    let folders = placed.map { $0.path[..<($0.path.lastIndex(of: "/") ?? $0.path.startIndex)] }
    for folder in Set(folders.map(String.init)).sorted() {
      do {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      } catch {
        throw LabFailure.usage("\(folder): the output directory cannot be created")
      }
    }
    var outputs = OutputGuard(inputs: inputs)
    for file in placed { try outputs.claim(file.path, for: "--output") }
    // The page is completed last, so that it never refers to a missing figure.
    var written = try AtomicFiles(in: output)
    for file in placed { try written.add(file.text, to: file.path) }
    try written.commit()
  }
}
