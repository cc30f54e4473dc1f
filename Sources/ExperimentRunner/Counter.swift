internal import Synchronization

/// Counts what several threads have done.
final class Counter: Sendable {
  private let count = Mutex(0)

  /// How much is done, with one more.
  func next() -> Int {
    count.withLock {
      $0 += 1
      return $0
    }
  }
}
