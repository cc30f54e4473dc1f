import RangeEstimation
import Synchronization
import Testing

/// Loops that are shared by threads, also inside of each other.
@Suite struct WorkersTests {
  @Test("every turn is taken once, whatever the number of workers", arguments: [1, 2, 3, 8])
  func everyTurn(count: Int) {
    let workers = Workers(count)
    for turns in [0, 1, 2, 7, 1000] {
      let taken = Mutex([Int](repeating: 0, count: turns))
      workers.forEach(turns) { turn in taken.withLock { $0[turn] += 1 } }
      #expect(taken.withLock { $0 } == [Int](repeating: 1, count: turns))
    }
  }

  @Test("a loop inside a turn ends, also where all workers are inside one", arguments: [1, 2, 5])
  func nested(count: Int) {
    let workers = Workers(count)
    let sum = Mutex(0)
    let expected = (0..<12 * 9 * 3).reduce(0) { $0 + $1 }
    workers.forEach(12) { outer in
      workers.forEach(9) { inner in
        workers.forEach(3) { least in
          sum.withLock { $0 += 27 * outer + 3 * inner + least }
        }
      }
    }
    #expect(sum.withLock { $0 } == expected)
  }

  @Test("two turns really run at the same time")
  func together() {
    let workers = Workers(2)
    // Neither turn can end before the other has begun.
    let arrived = Mutex(0)
    workers.forEach(2) { _ in
      arrived.withLock { $0 += 1 }
      let start = ContinuousClock.now
      while arrived.withLock({ $0 }) < 2, ContinuousClock.now - start < .seconds(60) {}
    }
    #expect(arrived.withLock { $0 } == 2)
  }

  @Test("results are in order, and the first error is the one thrown", arguments: [1, 2, 8])
  func mapping(count: Int) throws {
    struct Odd: Error, Equatable { let turn: Int }
    let workers = Workers(count)
    #expect(try workers.map(500) { $0 * $0 } == (0..<500).map { $0 * $0 })
    #expect(throws: Odd(turn: 3)) {
      try workers.map(50) { turn in
        if turn == 3 || turn == 40 { throw Odd(turn: turn) }
        return turn
      }
    }
  }
}
