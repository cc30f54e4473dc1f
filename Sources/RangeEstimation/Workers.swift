internal import Synchronization

/// A pool of threads that share the turns of loops: an idle thread takes turns of any loop that has
/// begun.
///
/// A turn may itself begin a loop, so that tensors, the cells of a tensor and the lanes of a cell all
/// use the same threads. Turns of the newest loop are taken first, so that inner loops end before more
/// turns of outer loops begin. The result of a turn must not depend on the thread that takes it.
public final class Workers: Sendable {
  /// A pool of one thread: the one that begins the loop.
  public static let one = Workers(1)

  /// The number of threads, including the one that begins a loop.
  public let count: Int
  private let board: Board

  /// Starts the threads.
  ///
  /// - Parameter count: The number of turns that are taken at once, 1 or more.
  public init(_ count: Int) {
    precondition(count >= 1, "one worker or more")
    self.count = count
    let board = Board()
    self.board = board
    for _ in 1..<count {
      // Fewer threads take the same turns, so a system that has no more of them is no failure.
      DetachedThread.start { while board.takeTurn(waiting: true) {} }
    }
  }

  /// Ends the threads.
  deinit { board.close() }

  /// Calls `body` with every number below `turns`, several at once, and returns after the last call.
  ///
  /// With one worker the turns are taken in order.
  public func forEach(_ turns: Int, _ body: @escaping @Sendable (Int) -> Void) {
    guard count > 1, turns > 1 else {
      for turn in 0..<turns { body(turn) }
      return
    }
    let loop = Loop(turns: turns, body: body)
    board.add(loop)
    while board.takeTurn(of: loop) {}
    board.wait(for: loop)
  }

  /// Maps every number below `turns`, several at once; the results are in order.
  ///
  /// - Throws: The error of the first turn that throws one; turns after it may be left out.
  public func map<Result: Sendable>(
    _ turns: Int, _ transform: @escaping @Sendable (Int) throws -> Result
  ) throws -> [Result] {
    let results = Slots<Result>(turns)
    forEach(turns) { turn in
      guard !results.hasFailed(before: turn) else { return }
      results.set(turn, Swift.Result { try transform(turn) })
    }
    return try results.values()
  }
}

/// A loop that has begun.
///
/// The lock of the board guards `next` and `done`.
private final class Loop: @unchecked Sendable {
  let turns: Int
  let body: @Sendable (Int) -> Void
  var next = 0
  var done = 0

  init(turns: Int, body: @escaping @Sendable (Int) -> Void) {
    (self.turns, self.body) = (turns, body)
  }
}

/// The loops that have turns left, newest last.
private final class Board: @unchecked Sendable {
  private let condition = Condition()
  private var loops: [Loop] = []
  private var isClosed = false

  func add(_ loop: Loop) {
    condition.withLock {
      loops.append(loop)
      condition.broadcast()
    }
  }

  /// Takes a turn of the wanted loop, or else of the newest one.
  ///
  /// Returns false if no turn is left, or, when waiting, once the board is closed.
  func takeTurn(of wanted: Loop? = nil, waiting: Bool = false) -> Bool {
    condition.lock()
    while waiting && loops.isEmpty && !isClosed { condition.wait() }
    guard let loop = wanted ?? loops.last, loop.next < loop.turns else {
      condition.unlock()
      return false
    }
    let turn = loop.next
    loop.next += 1
    if loop.next == loop.turns { loops.removeAll { $0 === loop } }
    condition.unlock()
    loop.body(turn)
    condition.withLock {
      loop.done += 1
      if loop.done == loop.turns { condition.broadcast() }
    }
    return true
  }

  func wait(for loop: Loop) {
    condition.withLock { while loop.done < loop.turns { condition.wait() } }
  }

  func close() {
    condition.withLock {
      isClosed = true
      condition.broadcast()
    }
  }
}

/// A place for the result of each turn.
private final class Slots<Value: Sendable>: Sendable {
  private struct State {
    var results: [Result<Value, any Error>?]
    var firstFailure = Int.max
  }

  private let state: Mutex<State>

  init(_ count: Int) { state = Mutex(State(results: Array(repeating: nil, count: count))) }

  func hasFailed(before turn: Int) -> Bool { state.withLock { $0.firstFailure < turn } }

  func set(_ turn: Int, _ result: Result<Value, any Error>) {
    state.withLock {
      $0.results[turn] = result
      if case .failure = result { $0.firstFailure = min($0.firstFailure, turn) }
    }
  }

  /// The results in order; throws the first failure.
  ///
  /// No result before a failure is missing.
  func values() throws -> [Value] {
    let results = state.withLock { $0.results }
    return try results.prefix { $0 != nil }.compactMap { try $0?.get() }
  }
}
