internal import RangeEstimation
internal import ResultRecords
internal import Synchronization

/// What a verb has to say about each of several tensors, where it is said of all of them together.
struct TensorAnswers<Answer: Sendable> {
  /// In the order of the tensors, with what stands for those that failed.
  let answers: [Answer]
  private let turns: TensorTurns

  /// Asks about each tensor; see ``TensorTurns``.
  init(
    count: Int, workers: Workers, _ answer: @escaping @Sendable (Int) throws -> Answer,
    failed failure: @escaping @Sendable (Int, _ reason: String) -> Answer
  ) {
    let taken = TakenAnswers<Answer>()
    turns = TensorTurns(count: count, workers: workers, answer, failed: failure) { taken.add($0) }
    answers = taken.all
  }

  /// Which tensors have no answer.
  var failed: [Int] { turns.failed }

  /// Fails where there is no answer at all.
  func requireOne() throws { try turns.requireOne() }

  /// Ends with the exit code 3 where a tensor or one of its cells failed.
  func finish(_ records: [ResultRecord]) throws {
    try turns.finish(hasFailedCell: records.hasFailedCell)
  }
}

/// Answers in the order in which they were taken.
private final class TakenAnswers<Answer: Sendable>: Sendable {
  private let state = Mutex<[Answer]>([])

  var all: [Answer] { state.withLock { $0 } }

  func add(_ answer: Answer) { state.withLock { $0.append(answer) } }
}
