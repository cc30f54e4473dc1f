internal import ArgumentParser
internal import ExperimentRunner
internal import Foundation
internal import Reports
internal import TensorIO

/// Writes the tables of a finished experiment and says what it was; `run` and `assemble` end so.
struct TableWriter {
  let finished: FinishedExperiment

  private var plan: ExperimentPlan { finished.plan }

  /// Refuses tables that are inputs of the experiment.
  static func claim(_ plan: ExperimentPlan) throws {
    var outputs = OutputGuard(inputs: plan.manifest.inputPaths)
    for name in FinishedExperiment.fileNames {
      try outputs.claim("\(plan.outputDirectory)/\(name)", for: "--output")
    }
  }

  /// Writes all tables, prints the summary, and fails where cells failed.
  func write(showing progress: ProgressReport) throws {
    let summary = Summary(
      title: plan.manifest.name, question: plan.manifest.description, records: finished.records,
      networks: finished.networks)
    try ResumableFailure.catching {
      try finished.write(summary: summary.markdown, command: CommandLine.arguments) {
        progress.show(writing: $0)
      }
      progress.finish()
    }
    print(summary.brief)
    say()
    if finished.failures > 0 { throw ExitCode(LabExit.cellsFailed.rawValue) }
  }

  private func say() {
    StandardError.say(
      "\(counted(finished.records.count, "cell")), \(finished.computed) computed now, "
        + "\(finished.failures) failed, \(String(format: "%.1f", finished.seconds)) s")
    if finished.missing > 0 {
      let verb = finished.missing == 1 ? "is" : "are"
      StandardError.say("\(counted(finished.missing, "cell")) of the manifest \(verb) not run yet")
    }
    if !plan.networkWays.isEmpty {
      StandardError.say(
        "\(counted(finished.networks.count, "network row")), \(finished.judged) judged now")
    }
    if finished.missingNetworks > 0 {
      let verb = finished.missingNetworks == 1 ? "is" : "are"
      StandardError.say(
        "\(counted(finished.missingNetworks, "network row")) \(verb) not judged yet")
    }
    StandardError.say(
      "tables: \(printable(plan.outputDirectory))/summary.md and results.csv"
        + (finished.networks.isEmpty ? "" : ", networks.csv"))
  }
}
