internal import ArgumentParser
internal import ExperimentRunner
internal import Foundation
internal import RangeEstimation
internal import Reports
internal import ResultAnalysis
internal import ResultRecords
internal import TensorIO

/// `rangelab check`: compares results with a baseline.
struct CheckCommand: RegistryCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Hold results against a baseline and against what must always be true.",
    discussion: """
      A baseline is a results.csv that somebody accepted. A cell fails when a metric is worse by \
      more than both its absolute and its relative tolerance; cells that are missing, or failed \
      and did not before, fail too, and so does a comparison of nothing. By default mse and \
      optimal_mse may grow by a millionth and sqnr_db may fall by 1e-5 dB; a file gate.yaml beside \
      the baseline, or --policy, says otherwise, for all estimators or for some.

      Whatever the baseline says: the certified optimum is never beaten, optimum and error do not \
      grow with the bits (for the estimators that promise it), finer granularity never raises the \
      optimum, and mse = clipping_mse + rounding_mse.

      Rows of networks, where a networks.csv lies beside the results or the baseline \
      (NAME.networks.csv beside NAME.csv), fail in the same way: when the error of the outputs, judged \
      in float, grows by more than a thousandth, when more than one right answer is lost, or when a \
      row is missing.

      Given a manifest, the results are those of its last run (nothing is run), and every cell it \
      plans must be there.

      --update-baseline writes BASELINE.new and says what differs; 'rangelab baseline accept' puts \
      it in place. The exit code stays that of the check.

      EXAMPLES
        rangelab check results/quickstart --baseline results/baselines/quickstart.csv
        rangelab check experiments/quickstart.yaml --baseline results/baselines/quickstart.csv \
      --format github --write junit=report.xml
        rangelab check results/quickstart --baseline results/baselines/quickstart.csv --update-baseline

      EXIT CODES
        0 passed; 2 regression or broken invariant; 3 cells missing or failed; 5 no baseline, \
      nothing compared, or the baseline measured something else. With several, 5 before 2 before 3.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, markdown, json, junit, github
  }

  @Argument(help: "A manifest (.yaml), a file of results, or a folder with a results.csv.")
  var subject: String

  @Option(help: ArgumentHelp("The baseline.", valueName: "file.csv")) var baseline: String

  @Option(
    help: ArgumentHelp(
      "Tolerances; gate.yaml beside the baseline by default.", valueName: "gate.yaml"))
  var policy: String?

  @Option(
    name: .shortAndLong,
    help: "The output directory of a manifest; results/NAME by default.")
  var output: String?

  @Option(help: "How findings are printed.") var format: Format = .text

  @Option(
    help: ArgumentHelp(
      "Write findings to a file too; may be repeated.", valueName: "format=file"))
  var write: [String] = []

  @Flag(help: "Write the results to BASELINE.new and say what differs.")
  var updateBaseline = false

  func validate() throws {
    for text in write where Self.target(text) == nil {
      throw ValidationError(
        "--write cannot be '\(text)'; expected FORMAT=FILE with text, markdown, json, junit or "
          + "github.")
    }
  }

  func run(with registry: EstimatorRegistry) throws {
    try reportingFailure {
      let (results, planned, plannedNetworks) = try subjectResults(registry)
      let file = BaselineFile(path: baseline)
      let old = try file.records()
      let networks = try NetworksInput(beside: results.path)
      try checkOutputs(results, networks, file)
      let rows = GateNetworks(
        now: networks.records, before: try NetworksInput(path: file.networksPath).records,
        planned: plannedNetworks)
      let gate = Gate(
        results.file.records, baseline: old ?? [], planned: planned, networks: rows,
        policy: try gatePolicy(file, for: (old ?? []) + results.file.records))
      print(try rendered(gate, format), terminator: "")
      for (format, path) in write.compactMap(Self.target) {
        try writeAtomically(try rendered(gate, format), to: path)
      }
      if format == .github { appendStepSummary(gate) }
      if old == nil { StandardError.say("error: \(baseline): there is no baseline") }
      if updateBaseline { try propose(results, networks, file, old ?? [], rows) }
      let exits: [Gate.Verdict: LabExit] = [
        .regression: .regression, .incomplete: .cellsFailed, .notComparable: .notComparable,
      ]
      if let exit = exits[gate.verdict] { throw ExitCode(exit.rawValue) }
    }
  }

  /// Refuses an output that is one of the inputs, whatever its path.
  private func checkOutputs(
    _ results: ResultsInput, _ networks: NetworksInput, _ file: BaselineFile
  ) throws {
    var outputs = OutputGuard(
      inputs: [subject, results.path, networks.path, baseline, file.networksPath]
        + [policy ?? file.policyPath].compactMap { $0 })
    for (format, path) in write.compactMap(Self.target) {
      try outputs.claim(path, for: "--write \(format)")
    }
    guard updateBaseline else { return }
    try outputs.claim(file.proposalPath, for: "--update-baseline")
    try outputs.claim(file.proposedNetworksPath, for: "--update-baseline")
  }

  private func subjectResults(
    _ registry: EstimatorRegistry
  ) throws -> (ResultsInput, [ResultRecord.Key], [NetworkRecord.Key]) {
    guard subject.hasSuffix(".yaml") || subject.hasSuffix(".yml") else {
      return (try ResultsInput(subject), [], [])
    }
    let manifest = try Manifest.load(path: subject, overrides: [], registry: registry)
    let plan = try ExperimentPlan(
      manifest, outputDirectory: output ?? "results/\(manifest.name)")
    return (
      try ResultsInput(plan.outputDirectory), plan.cells.map(\.key), plan.networkWays.map(\.key)
    )
  }

  private func gatePolicy(_ file: BaselineFile, for records: [ResultRecord]) throws -> GatePolicy {
    guard let path = policy ?? file.policyPath else { return GatePolicy() }
    let policy = try GatePolicyFile.read(path)
    if let name = policy.unusedNames(among: Set(records.map(\.key.estimator))).first {
      throw LabFailure(
        "\(path): error: estimators: no cell has the estimator '\(name)'", .badInput)
    }
    return policy
  }

  private func rendered(_ gate: Gate, _ format: Format) throws -> String {
    switch format {
    case .text: GateReport(gate, title: subject).text
    case .markdown: GateReport(gate, title: subject).markdown
    case .json: try EstimateDocument.json(GateDocument(gate))
    case .junit: GateJUnit(gate, name: "rangelab check \(subject)").xml
    case .github:
      GateAnnotations(
        gate, title: subject, baselinePath: baseline,
        networksPath: BaselineFile(path: baseline).networksPath
      ).text
    }
  }

  /// Appends the report to the summary that GitHub prints for a step, if there is one.
  private func appendStepSummary(_ gate: Gate) {
    guard let path = ProcessInfo.processInfo.environment["GITHUB_STEP_SUMMARY"] else { return }
    do {
      try appendToRegularFile(GateReport(gate, title: subject).markdown, path)
    } catch {
      StandardError.say("\(path): the step summary cannot be written: \(error)")
    }
  }

  private func propose(
    _ results: ResultsInput, _ networks: NetworksInput, _ file: BaselineFile,
    _ old: [ResultRecord], _ rows: GateNetworks
  ) throws {
    let difference = BaselineFile.difference(results.file.records, from: old, networks: rows)
    try file.propose(results, networks)
    StandardError.say(GateReport(difference, title: file.proposalPath, limit: 20).difference)
    StandardError.say("\(file.proposalPath): \(BaselineFile.summary(difference))")
    StandardError.say("to accept it: rangelab baseline accept \(baseline) --reason TEXT")
  }

  private static func target(_ text: String) -> (Format, String)? {
    let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2, let format = Format(rawValue: parts[0]) else { return nil }
    return (format, parts[1])
  }
}
