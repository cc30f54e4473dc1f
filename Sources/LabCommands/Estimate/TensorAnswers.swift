internal import RangeEstimation
internal import ResultRecords
internal import Synchronization

/// The answers of a verb for several tensors, if they are printed together.
struct TensorAnswers<Answer: Sendable> {
  /// The answers in the order of the tensors, with substitutes for those that failed.
  let answers: [Answer]
  private let turns: TensorTurns

  /// Computes the answer for each tensor; see ``TensorTurns``.
  init(
    count: Int, workers: Workers, _ answer: @escaping @Sendable (Int) throws -> Answer,
    failed failure: @escaping @Sendable (Int, _ reason: String) -> Answer
  ) {
    let taken = TakenAnswers<Answer>()
    turns = TensorTurns(count: count, workers: workers, answer, failed: failure) { taken.add($0) }
    answers = taken.all
  }

  /// The indices of tensors without an answer.
  var failed: [Int] { turns.failed }

  /// Fails if no tensor has an answer.
  func requireOne() throws { try turns.requireOne() }

  /// Ends with exit code 3 if a tensor or one of its cells failed.
  func finish(_ records: [ResultRecord]) throws {
    try turns.finish(hasFailedCell: records.hasFailedCell)
  }
}

/// Collects answers in the order in which they are passed on.
private final class TakenAnswers<Answer: Sendable>: Sendable {
  private let state = Mutex<[Answer]>([])

  var all: [Answer] { state.withLock { $0 } }

  func add(_ answer: Answer) { state.withLock { $0.append(answer) } }
}
