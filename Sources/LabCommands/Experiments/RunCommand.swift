internal import ArgumentParser
internal import ExperimentRunner
internal import Foundation
internal import RangeEstimation
internal import Reports
internal import TensorIO

/// `rangelab run`: runs a manifest and writes tables.
struct RunCommand: RegistryCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run an experiment and write its tables.",
    discussion: """
      Writes results.csv, profiles.json, summary.md, timings.csv and provenance.json, and \
      networks.csv where the manifest has models. Finished \
      cells are kept: a run that was killed resumes, and a run that is repeated computes nothing.

      EXAMPLES
        rangelab run experiments/quickstart.yaml
        rangelab run experiments/bits.yaml --set bits=[4,8] -o /tmp/bits -j 2
      """)

  @OptionGroup var options: ExperimentOptions

  @OptionGroup var jobs: JobOptions

  func run(with registry: EstimatorRegistry) throws {
    try reportingFailure {
      let plan = try options.plan(registry)
      let filter = try options.cellFilter(for: plan)
      for remark in plan.manifest.remarks { StandardError.say(remark) }
      var outputs = OutputGuard(inputs: plan.manifest.inputPaths)
      for name in FinishedExperiment.fileNames {
        try outputs.claim("\(plan.outputDirectory)/\(name)", for: "--output")
      }
      try createDirectory(plan.outputDirectory)
      sayDamage(plan.damage(matching: filter))
      let progress = ProgressReport(name: plan.manifest.name)
      let finished = try resumable {
        let finished = try ExperimentRun(plan, filter: filter, jobs: jobs.jobs).run {
          progress.show($0)
        }
        progress.finish()
        return finished
      }
      let summary = Summary(
        title: plan.manifest.name, question: plan.manifest.description, records: finished.records,
        networks: finished.networks)
      try resumable {
        try finished.write(summary: summary.markdown, command: CommandLine.arguments) {
          progress.show(writing: $0)
        }
        progress.finish()
      }
      print(summary.brief)
      say(finished)
      if finished.failures > 0 { throw ExitCode(LabExit.cellsFailed.rawValue) }
    }
  }

  private func say(_ finished: FinishedExperiment) {
    let plan = finished.plan
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

  private func sayDamage(_ damage: (cells: Int, profiles: Int)) {
    let parts = [(damage.cells, "stored cell"), (damage.profiles, "stored profile")]
      .filter { $0.0 > 0 }.map { counted($0.0, $0.1) }
    guard !parts.isEmpty else { return }
    StandardError.say("damaged and computed again: \(parts.joined(separator: " and "))")
  }

  private func createDirectory(_ path: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw LabFailure.usage("\(path): the output directory cannot be created")
    }
  }

  /// Turns an error of writing into a message that the run can be resumed.
  private func resumable<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch {
      throw LabFailure(
        "\(LabFailure(error).message)\nfinished cells are kept; run again to resume", .incomplete)
    }
  }
}
