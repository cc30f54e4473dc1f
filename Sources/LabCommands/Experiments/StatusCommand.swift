internal import ArgumentParser
internal import ExperimentRunner
internal import Foundation

/// `rangelab status`: what has become of a submitted run.
struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show how far a submitted run is, and why chunks are not done.",
    discussion: """
      The exit code is 0 where the tables are written, 75 while chunks are computed or where some are \
      left.

      EXAMPLE
        rangelab status /shared/bits
      """)

  @Argument(help: "The output directory.") var folder: String

  func run() throws {
    try reportingFailure {
      let state = RunState(try submittedRun(in: folder))
      print(state.text)
      let report = state.failureReport
      if !report.isEmpty { StandardError.say(report) }
      guard state.isComplete else { throw ExitCode(LabExit.incomplete.rawValue) }
    }
  }
}

/// `rangelab cancel`: ends a submitted run; what is computed is kept.
struct CancelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cancel",
    abstract: "End a submitted run; finished cells are kept.",
    discussion: """
      EXAMPLE
        rangelab cancel /shared/bits
      """)

  @Argument(help: "The output directory.") var folder: String

  func run() throws {
    try reportingFailure {
      let run = try submittedRun(in: folder)
      guard RunState(run).isUnderWay else {
        print("run \(run.identity) is not under way")
        return
      }
      do {
        if run.engine == .slurm {
          try SlurmEngine().cancel(run)
        } else {
          try LocalEngine(run).cancel()
        }
      } catch {
        throw LabFailure("error: run \(run.identity) cannot be cancelled: \(error)", .internalError)
      }
      print("run \(run.identity) is cancelled; 'rangelab submit' goes on from what is stored")
    }
  }
}

/// The last run that was submitted into a folder.
private func submittedRun(in folder: String) throws -> SubmittedRun {
  let absolute = URL(fileURLWithPath: folder).standardized.path
  guard let run = try SubmittedRun.last(in: absolute) else {
    throw LabFailure(
      "error: \(folder): no run was submitted there; expected an output directory of 'rangelab submit'",
      .missingInput)
  }
  return run
}
