internal import ArgumentParser
internal import ExperimentRunner
internal import Foundation
internal import TensorIO

/// Computes a part of an experiment: it adds to the store and writes no tables.
struct PartRun {
  let plan: ExperimentPlan
  /// What the part is called in messages.
  let name: String
  let jobs: Int
  /// Called when all of the part is computed, with the numbers of cells and of those that failed.
  var whenDone: (_ cells: Int, _ failed: Int) throws -> Void = { _, _ in }

  /// Computes what is missing of the part.
  ///
  /// - Throws: Exit code 3 where cells failed; a failure to resume from where results cannot be stored.
  func run() throws {
    let progress = ProgressReport(name: "\(plan.manifest.name) \(name)")
    let finished = try ResumableFailure.catching {
      let finished = try ExperimentRun(plan, jobs: jobs).run { progress.show($0) }
      progress.finish()
      return finished
    }
    StandardError.say(
      "\(name): \(counted(plan.cells.count, "cell")), \(finished.computed) computed now, "
        + "\(finished.failures) failed, \(String(format: "%.1f", finished.seconds)) s"
        + networks(judged: finished.judged))
    try ResumableFailure.catching { try whenDone(plan.cells.count, finished.failures) }
    if finished.failures > 0 { throw ExitCode(LabExit.cellsFailed.rawValue) }
  }

  private func networks(judged: Int) -> String {
    guard !plan.networkWays.isEmpty else { return "" }
    return "; \(counted(plan.networkWays.count, "network row")), \(judged) judged now"
  }
}

/// Turns an error of storing results into a message that the run can be resumed.
enum ResumableFailure {
  static func catching<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch {
      throw LabFailure(
        "\(LabFailure(error).message)\nfinished cells are kept; run again to resume", .incomplete)
    }
  }
}

/// Creates the output directory of an experiment.
func createOutputDirectory(_ path: String) throws {
  do {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  } catch {
    throw LabFailure.usage("\(path): the output directory cannot be created")
  }
}
