internal import ArgumentParser
internal import RangeEstimation
internal import ResultRecords
internal import Synchronization

/// The turns of several tensors, which are worked on at once: one that fails does not hide the others.
///
/// Answers are handed on, and what was said meanwhile is said, in the order of the tensors and as
/// soon as those before are: nothing of a tensor is kept once its turn is over. Every failure is named
/// on standard error. Where at least one tensor is answered, what stands for the others is handed on
/// among the answers; where none is, nothing is.
struct TensorTurns {
  /// Which tensors have no answer.
  let failed: [Int]
  private let count: Int
  private let firstFailure: LabFailure?

  /// Asks about each tensor.
  ///
  /// - Parameters:
  ///   - answer: The answer for one tensor.
  ///   - failure: What stands for it, of the reason why there is none.
  ///   - take: Takes one answer after the other.
  /// - Throws: What taking an answer throws; those behind it are not taken.
  init<Answer: Sendable, Fault: Error>(
    count: Int, workers: Workers, _ answer: @escaping @Sendable (Int) throws -> Answer,
    failed failure: @escaping @Sendable (Int, _ reason: String) -> Answer,
    each take: @escaping @Sendable (Answer) throws(Fault) -> Void
  ) throws(Fault) {
    let turns = OrderedTurns(take)
    workers.forEach(count) { index in
      let messages = HeldMessages()
      let turn = StandardError.$held.withValue(messages) {
        do {
          return Turn(answer: try answer(index), failure: nil, messages: messages)
        } catch {
          let reason = LabFailure(error)
          StandardError.say(reason.message)
          return Turn(answer: failure(index, reason.reason), failure: reason, messages: messages)
        }
      }
      turns.add(turn, at: index)
    }
    let outcome = turns.outcome
    if let fault = outcome.fault { throw fault }
    self.count = count
    (failed, firstFailure) = (outcome.failed, outcome.firstFailure)
  }

  /// Fails, with the exit code of the first failure, where there is no answer at all.
  func requireOne() throws {
    if let firstFailure, failed.count == count {
      throw ExitCode(firstFailure.exit.rawValue)
    }
  }

  /// Ends with the exit code 3 where a tensor failed, or a cell of one that was answered.
  func finish(hasFailedCell: Bool) throws {
    if hasFailedCell || !failed.isEmpty { throw ExitCode(LabExit.cellsFailed.rawValue) }
  }
}

extension Sequence<ResultRecord> {
  /// Whether a cell failed; a skipped one, whose method has no meaning there, did not.
  var hasFailedCell: Bool {
    contains { if case .failed = $0.status { true } else { false } }
  }
}

/// What a turn came to.
private struct Turn<Answer: Sendable>: Sendable {
  let answer: Answer
  let failure: LabFailure?
  let messages: HeldMessages
}

/// Ends turns in their order, whenever each was done.
private final class OrderedTurns<Answer: Sendable, Fault: Error>: Sendable {
  struct Outcome: Sendable {
    var failed: [Int] = []
    var firstFailure: LabFailure?
    var fault: Fault?
  }

  private struct State {
    var outcome = Outcome()
    /// How many turns are over.
    var done = 0
    var early: [Int: Turn<Answer>] = [:]
    /// What stands for tensors that failed, as long as none was answered.
    var unsaid: [Answer] = []
  }

  private let state = Mutex(State())
  private let take: @Sendable (Answer) throws(Fault) -> Void

  init(_ take: @escaping @Sendable (Answer) throws(Fault) -> Void) { self.take = take }

  var outcome: Outcome { state.withLock { $0.outcome } }

  func add(_ turn: Turn<Answer>, at index: Int) {
    state.withLock { state in
      state.early[index] = turn
      while let next = state.early.removeValue(forKey: state.done) { end(next, &state) }
    }
  }

  private func end(_ turn: Turn<Answer>, _ state: inout State) {
    turn.messages.release()
    if let failure = turn.failure {
      state.outcome.failed.append(state.done)
      state.outcome.firstFailure = state.outcome.firstFailure ?? failure
    }
    state.done += 1
    state.unsaid.append(turn.answer)
    guard state.outcome.failed.count < state.done, state.outcome.fault == nil else { return }
    do throws(Fault) {
      for answer in state.unsaid { try take(answer) }
    } catch {
      state.outcome.fault = error
    }
    state.unsaid = []
  }
}
