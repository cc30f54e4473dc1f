internal import ArgumentParser
internal import Foundation
internal import Reports
internal import ResultAnalysis
internal import ResultRecords
internal import TensorIO

/// `rangelab baseline`: manages the baseline with which `check` compares results.
struct BaselineCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "baseline", abstract: "Accept the proposal for a baseline.",
    subcommands: [BaselineAcceptCommand.self])
}

/// `rangelab baseline accept`: makes a proposal the baseline, with a reason.
struct BaselineAcceptCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "accept",
    abstract: "Put the proposal of 'check --update-baseline' in the place of a baseline.",
    discussion: """
      BASELINE.new becomes BASELINE, and REASONS.md beside it gets a line with what changed and \
      why; rows of networks go with it. A proposal that breaks an invariant or measures nothing is refused.

      EXAMPLE
        rangelab baseline accept results/baselines/quickstart.csv --reason "kl: bins follow the data"
      """)

  @Argument(help: "The baseline.") var baseline: String

  @Option(help: ArgumentHelp("Why the numbers may change.", valueName: "text")) var reason: String

  func validate() throws {
    guard reason.contains(where: { !$0.isWhitespace }), !reason.contains(where: \.isNewline) else {
      throw ValidationError("--reason cannot be '\(reason)'; expected a line of text.")
    }
  }

  func run() throws {
    try reportingFailure {
      let file = BaselineFile(path: baseline)
      guard FileManager.default.fileExists(atPath: file.proposalPath) else {
        throw LabFailure(
          "error: \(file.proposalPath): there is no proposal; "
            + "expected one from 'rangelab check ... --update-baseline'", .missingInput)
      }
      let proposal = try ResultsInput(file.proposalPath)
      guard proposal.file.records.contains(where: \.isMeasured) else {
        throw LabFailure("error: \(file.proposalPath) measures nothing", .badInput)
      }
      let networks = try NetworksInput(path: file.proposedNetworksPath)
      let difference = BaselineFile.difference(
        proposal.file.records, from: try file.records() ?? [],
        networks: GateNetworks(
          now: networks.records, before: try NetworksInput(path: file.networksPath).records))
      guard difference.violations.isEmpty else {
        StandardError.write(
          printableLines(GateReport(difference, title: file.proposalPath, limit: 20).text))
        throw LabFailure(
          "error: \(file.proposalPath) breaks \(counted(difference.violations.count, "invariant"))",
          .regression)
      }
      let summary = BaselineFile.summary(difference)
      try file.accept(
        proposal, networks, summary: summary, reason: reason.trimmingCharacters(in: .whitespaces))
      print(GateReport(difference, title: baseline, limit: 20).difference, terminator: "")
      print("\(printable(baseline)): \(summary)")
    }
  }
}
