internal import ArgumentParser
internal import RangeEstimation
internal import ResultRecords
internal import Synchronization

/// Computes answers for several tensors at once and passes them on in order.
///
/// Answers and messages are passed on in the order of the tensors, each as soon as all before it
/// are, and nothing of a tensor is kept afterwards. A tensor that fails does not stop the others; a
/// message names the failure. If at least one tensor has an answer, those that failed have a
/// substitute among the answers; if none has, nothing is passed on.
struct TensorTurns {
  /// The indices of tensors without an answer.
  let failed: [Int]
  private let count: Int
  private let firstFailure: LabFailure?

  /// Computes the answer for each tensor.
  ///
  /// - Parameters:
  ///   - answer: The answer for one tensor.
  /// - failure: The substitute for the answer of a tensor that failed for a reason.
  /// - take: Receives one answer after the other.
  /// - Throws: The error of `take`; later answers are not passed to it.
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

  /// Fails with the exit code of the first failure if no tensor has an answer.
  func requireOne() throws {
    if let firstFailure, failed.count == count {
      throw ExitCode(firstFailure.exit.rawValue)
    }
  }

  /// Ends with exit code 3 if a tensor failed, or a cell of a tensor that has an answer.
  func finish(hasFailedCell: Bool) throws {
    if hasFailedCell || !failed.isEmpty { throw ExitCode(LabExit.cellsFailed.rawValue) }
  }
}

extension Sequence<ResultRecord> {
  /// Whether a cell failed; a skipped cell, for which the estimator is not defined, did not.
  var hasFailedCell: Bool {
    contains { if case .failed = $0.status { true } else { false } }
  }
}

/// The result of one turn.
private struct Turn<Answer: Sendable>: Sendable {
  let answer: Answer
  let failure: LabFailure?
  let messages: HeldMessages
}

/// Passes turns on in order, whenever each was done.
private final class OrderedTurns<Answer: Sendable, Fault: Error>: Sendable {
  struct Outcome: Sendable {
    var failed: [Int] = []
    var firstFailure: LabFailure?
    var fault: Fault?
  }

  private struct State {
    var outcome = Outcome()
    /// The number of turns that were passed on.
    var done = 0
    var early: [Int: Turn<Answer>] = [:]
    /// The substitutes for tensors that failed, as long as no tensor has an answer.
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
