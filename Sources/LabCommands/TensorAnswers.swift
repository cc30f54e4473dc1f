internal import ArgumentParser
internal import ExperimentRunner
internal import ResultRecords

/// What a verb has to say about each of several tensors: one that fails does not hide the others.
///
/// Every failure is named on standard error at once. Where at least one tensor was answered, the
/// others are `failed` rows among its, and the exit code is 3; where none was, there is nothing to
/// print, and the exit code is that of the first failure.
struct TensorAnswers<Answer> {
  private(set) var answers: [Answer] = []
  private var failures: [LabFailure] = []

  /// Adds the answer for one tensor, or what `failed` makes of the reason why there is none.
  mutating func add(_ answer: () throws -> Answer, failed: (_ reason: String) -> Answer) {
    do {
      answers.append(try answer())
    } catch {
      let failure = LabFailure(error)
      failures.append(failure)
      Talk.say(failure.message)
      answers.append(failed(failure.reason))
    }
  }

  /// Fails where there is no answer at all.
  func requireOne() throws {
    if let first = failures.first, failures.count == answers.count {
      throw ExitCode(first.exit.rawValue)
    }
  }

  /// Ends with the exit code 3 where a tensor or one of its cells failed.
  ///
  /// A skipped cell, whose method has no meaning there, is no failure.
  func finish(_ outcomes: [CellOutcome]) throws {
    let hasFailed = outcomes.contains { if case .failed = $0.record.status { true } else { false } }
    if hasFailed || !failures.isEmpty { throw ExitCode(LabExit.cellsFailed.rawValue) }
  }
}
