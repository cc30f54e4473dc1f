internal import ArgumentParser
internal import ExperimentRunner
internal import Foundation
internal import Reports

/// `rangelab run`: a manifest in, tables out.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run an experiment and write its tables.",
    discussion: """
      Writes results.csv, profiles.json, summary.md, timings.csv and provenance.json. Finished \
      cells are kept: a run that was killed resumes, and a run that is repeated computes nothing.

      EXAMPLES
        rangelab run experiments/quickstart.yaml
        rangelab run experiments/bits.yaml --set bits=[4,8] -o /tmp/bits -j 2
      """)

  @OptionGroup var options: ExperimentOptions

  @Option(name: .shortAndLong, help: "How many tensors are worked on at once.")
  var jobs: Int = ProcessInfo.processInfo.activeProcessorCount

  func validate() throws {
    guard jobs >= 1 else { throw ValidationError("--jobs cannot be \(jobs); expected 1 or more.") }
  }

  func run() throws {
    try reportingFailure {
      let plan = try options.plan()
      let filter = try options.cellFilter(for: plan)
      try createDirectory(plan.outputDirectory)
      let finished = try resumable {
        let progress = ProgressReport(name: plan.manifest.name)
        let finished = try ExperimentRun(plan, filter: filter, jobs: jobs).run {
          progress.show($0)
        }
        progress.finish()
        return finished
      }
      let summary = Summary(
        title: plan.manifest.name, question: plan.manifest.description, records: finished.records)
      try resumable {
        try finished.write(summary: summary.markdown, command: CommandLine.arguments)
      }
      print(summary.brief)
      say(finished)
      if finished.failures > 0 { throw ExitCode(LabExit.cellsFailed.rawValue) }
    }
  }

  private func say(_ finished: FinishedExperiment) {
    let plan = finished.plan
    Talk.say(
      "\(finished.records.count) cells, \(finished.computed) computed now, "
        + "\(finished.failures) failed, \(String(format: "%.1f", finished.seconds)) s")
    if finished.missing > 0 {
      Talk.say("\(finished.missing) cells of the manifest are not run yet")
    }
    Talk.say("tables: \(plan.outputDirectory)/summary.md and results.csv")
  }

  private func createDirectory(_ path: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw LabFailure.usage("\(path): the output directory cannot be created")
    }
  }

  /// A failure to write leaves an incomplete run that can be resumed.
  private func resumable<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch {
      throw LabFailure(
        "\(LabFailure(error).message)\nfinished cells are kept; run again to resume", .incomplete)
    }
  }
}
