internal import ArgumentParser
internal import ExperimentRunner
internal import Reports
internal import ResultAnalysis
internal import ResultRecords
internal import TensorIO

/// `rangelab compare`: tells which estimator, or which version, has less error, and how certain
/// that is.
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Compare estimators within results, or the same cells of several results.",
    discussion: """
      One file: its estimators against each other, on the same tensors and settings. Two files or \
      more: the same cells of each against the first, for example two versions of a program; \
      estimators are then one of the axes.

      For all cells, and for each bit width, grid and granularity (and estimator): the ratio of \
      errors to the reference, its bootstrap interval, wins, ties and losses, Wilcoxon's \
      signed-rank test with Holm's correction, and mean ranks. The cells of one tensor depend on \
      each other, so they are averaged and every tensor counts once. Results on held-out batches are compared choice of batches by \
      choice, and those in sample apart. Fewer than 6 tensors make no test. Contenders without some of the cells are compared where they can be, but not ranked.

      Of several results with a networks.csv beside them, the rows of networks stand side by side too: \
      accuracy, the signal-to-noise ratio of the outputs, and their differences.

      EXAMPLES
        rangelab compare results/quickstart
        rangelab compare results/bits -e minmax mse kl --reference minmax --figure ranks.svg
        rangelab compare old/results.csv results/quickstart --format markdown

      EXIT CODES
        0 done, whatever the comparison says; 5 the files have no cell in common.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, markdown, csv, json, latex
  }
  enum Joining: String, ExpressibleByArgument, CaseIterable { case wilcoxon, nemenyi }

  @Argument(help: "Files of results, or folders with a results.csv.") var results: [String]

  @Option(
    help: ArgumentHelp(
      "What the others are held against: an estimator, or a file as it is written here.",
      discussion: "By default the estimator with the least mean rank, or the first file.",
      valueName: "name"))
  var reference: String?

  @Option(
    name: .shortAndLong, parsing: .upToNextOption,
    help: "Only these estimators, by their names in the results.")
  var estimator: [String] = []

  @Option(
    help: ArgumentHelp(
      "Only cells whose line 'TENSOR ESTIMATOR N bits SCHEME GRID GRANULARITY', and with held-out "
        + "batches 'calibration A..B held-out C..D' behind it, matches.",
      discussion:
        "Rows of networks: 'NETWORK ESTIMATOR N bits WEIGHTS ACTIVATIONS GRANULARITY on DATA'.",
      valueName: "regex"))
  var filter: String?

  @Option(help: "How the comparison is printed.") var format: Format = .text

  @Option(help: ArgumentHelp("Write the critical-difference diagram.", valueName: "file.svg"))
  var figure: String?

  @Option(help: "The test that joins contenders in the diagram.")
  var groups: Joining = .wilcoxon

  @Option(
    help: ArgumentHelp(
      "Logarithms of MSE ratios that count as ties, up to this size.", valueName: "size"))
  var tie: Double = 1e-6

  @Option(help: "The level of tests; intervals have the confidence 1 - level.")
  var level: Double = 0.05

  @Option(help: "The seed of the bootstrap.") var seed: UInt64 = 1

  func validate() throws {
    guard tie >= 0, tie.isFinite else {
      throw ValidationError("--tie cannot be \(tie); expected a number from 0.")
    }
    guard level > 0, level < 0.5 else {
      throw ValidationError("--level cannot be \(level); expected a number between 0 and 0.5.")
    }
    if let twice = results.first(where: { name in
      results.count { ExactName($0) == ExactName(name) } > 1
    }) {
      throw ValidationError("'\(twice)' is there twice.")
    }
  }

  func run() throws {
    try reportingFailure {
      let comparison = try ErrorComparison(try errorTable(), method: method)
      let networks = try networkComparison(comparison.reference)
      if let figure {
        var outputs = OutputGuard(inputs: results.map(ResultsInput.path))
        try outputs.claim(figure, for: "--figure")
        try write(comparison, to: figure)
      }
      switch format {
      case .text, .markdown:
        let report = ComparisonReport(comparison, networks: networks, groups: joining)
        print(format == .text ? report.text : report.markdown, terminator: "")
      case .csv: print(ComparisonCSV(comparison, networks: networks).text, terminator: "")
      case .json:
        let document = ComparisonDocument(comparison, networks: networks)
        print(try EstimateDocument.json(document), terminator: "")
      case .latex: print(ComparisonLaTeX(comparison, networks: networks).text, terminator: "")
      }
    }
  }

  private var joining: CriticalDifferenceDiagram.Groups {
    switch groups {
    case .wilcoxon: .wilcoxon
    case .nemenyi: .nemenyi
    }
  }

  private var method: ComparisonMethod {
    var method = ComparisonMethod()
    method.tie = tie
    method.level = level
    method.seed = seed
    method.reference = reference
    return method
  }

  private func errorTable() throws -> ErrorTable {
    let filter = try CellFilter.parsed(filter)
    let files = try results.map { argument in
      let input = try ResultsInput(argument)
      return (name: argument, records: try selected(input, filter))
    }
    return files.count == 1
      ? ErrorTable(estimatorsOf: files[0].records) : ErrorTable(files: files)
  }

  /// The rows of networks of several results; nil if there are none, or one file only.
  private func networkComparison(_ reference: String) throws -> NetworkComparison? {
    guard results.count > 1 else { return nil }
    let filter = try CellFilter.parsed(filter)
    let files = try results.map { argument in
      let rows = try NetworksInput(beside: ResultsInput.path(argument)).records
      return (
        name: argument,
        rows: rows.filter { row in
          (estimator.isEmpty || estimator.containsName(row.key.estimator))
            && filter?.matches(row.key) ?? true
        }
      )
    }
    return NetworkComparison(files, reference: reference)
  }

  private func selected(_ input: ResultsInput, _ filter: CellFilter?) throws -> [ResultRecord] {
    let names = Set(input.file.records.map(\.key.estimatorName))
    for name in estimator where !names.contains(ExactName(name)) {
      let known = names.sorted().map { printable($0.text) }.joined(separator: ", ")
      throw LabFailure.usage("\(input.path) has no estimator '\(name)'; it has \(known)")
    }
    let records = input.file.records.filter { record in
      (estimator.isEmpty || estimator.containsName(record.key.estimator))
        && filter?.matches(record.key) ?? true
    }
    guard !records.isEmpty else {
      let what = input.file.records.isEmpty ? "has no rows" : "has no cell that matches --filter"
      throw LabFailure("error: \(input.path) \(what)", .badInput)
    }
    return records
  }

  private func write(_ comparison: ErrorComparison, to path: String) throws {
    guard let ranking = comparison.slices.first?.ranking,
      let diagram = CriticalDifferenceDiagram(ranking, groups: joining, level: level)
    else {
      throw LabFailure(
        "error: --figure \(path): too few tensors or complete contenders for a diagram; expected "
          + "\(ComparisonMethod.leastTensors) tensors and 2 contenders with every cell", .badInput)
    }
    try writeAtomically(diagram.svg, to: path)
  }
}

extension CellFilter {
  /// The filter of an option, if it was given.
  static func parsed(_ text: String?) throws -> CellFilter? {
    guard let text else { return nil }
    guard let filter = try? CellFilter(text) else {
      throw LabFailure.usage("--filter '\(text)' is not a regular expression")
    }
    return filter
  }
}
