internal import ArgumentParser
internal import ExperimentRunner
internal import RangeEstimation
internal import ResultRecords
internal import Synchronization

/// What a verb has to say about each of several tensors: one that fails does not hide the others.
///
/// Several tensors are worked on at once; answers, and what is said meanwhile, are in the order of
/// the tensors. Every failure is named on standard error as soon as those before it are. Where at
/// least one tensor was answered, the others are `failed` rows among its, and the exit code is 3;
/// where none was, there is nothing to print, and the exit code is that of the first failure.
struct TensorAnswers<Answer: Sendable> {
  let answers: [Answer]
  /// Which tensors have no answer.
  let failed: [Int]
  private let firstFailure: LabFailure?

  /// Asks about each tensor.
  ///
  /// - Parameters:
  ///   - answer: The answer for one tensor.
  ///   - failure: What stands for it, of the reason why there is none.
  init(
    count: Int, workers: Workers, _ answer: @escaping @Sendable (Int) throws -> Answer,
    failed failure: @escaping @Sendable (Int, _ reason: String) -> Answer
  ) {
    let turns = OrderedTurns<Answer>()
    workers.forEach(count) { index in
      let talk = HeldTalk()
      let turn = Talk.$held.withValue(talk) {
        do {
          return OrderedTurns.Turn(answer: try answer(index), failure: nil, talk: talk)
        } catch {
          let reason = LabFailure(error)
          Talk.say(reason.message)
          return OrderedTurns.Turn(
            answer: failure(index, reason.reason), failure: reason, talk: talk)
        }
      }
      turns.add(turn, at: index)
    }
    let done = turns.done
    answers = done.map(\.answer)
    failed = done.indices.filter { done[$0].failure != nil }
    firstFailure = done.lazy.compactMap(\.failure).first
  }

  /// Fails where there is no answer at all.
  func requireOne() throws {
    if let firstFailure, failed.count == answers.count {
      throw ExitCode(firstFailure.exit.rawValue)
    }
  }

  /// Ends with the exit code 3 where a tensor or one of its cells failed.
  ///
  /// A skipped cell, whose method has no meaning there, is no failure.
  func finish(_ records: [ResultRecord]) throws {
    let hasFailed = records.contains { if case .failed = $0.status { true } else { false } }
    if hasFailed || !failed.isEmpty { throw ExitCode(LabExit.cellsFailed.rawValue) }
  }
}

/// What turns came to, in their order, whenever each was done; each is talked about after those
/// before it.
private final class OrderedTurns<Answer: Sendable>: Sendable {
  struct Turn: Sendable {
    let answer: Answer
    let failure: LabFailure?
    let talk: HeldTalk
  }

  private struct State {
    var done: [Turn] = []
    var early: [Int: Turn] = [:]
  }

  private let state = Mutex(State())

  var done: [Turn] { state.withLock { $0.done } }

  func add(_ turn: Turn, at index: Int) {
    state.withLock { state in
      state.early[index] = turn
      while let next = state.early.removeValue(forKey: state.done.count) {
        next.talk.release()
        state.done.append(next)
      }
    }
  }
}
