internal import CStandardLibrary

/// A lock on which threads can wait for each other.
final class Condition: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let waiting = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(waiting, nil)
  }

  deinit {
    pthread_cond_destroy(waiting)
    pthread_mutex_destroy(mutex)
    waiting.deallocate()
    mutex.deallocate()
  }

  func lock() { pthread_mutex_lock(mutex) }

  func unlock() { pthread_mutex_unlock(mutex) }

  /// Lets go of the lock until ``broadcast()``, and takes it again; may return earlier.
  func wait() { pthread_cond_wait(waiting, mutex) }

  /// Wakes all that wait.
  func broadcast() { pthread_cond_broadcast(waiting) }

  /// Calls `body` with the lock held.
  func withLock<Result>(_ body: () throws -> Result) rethrows -> Result {
    lock()
    defer { unlock() }
    return try body()
  }
}

/// A thread that nothing waits for.
enum DetachedThread {
  /// Starts a thread.
  ///
  /// - Returns: Whether the system has started it; where it has no more threads, it has not.
  @discardableResult
  static func start(_ body: @escaping @Sendable () -> Void) -> Bool {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    let work = Unmanaged.passRetained(Work(body))
    #if canImport(Darwin)
      var thread: pthread_t?
    #else
      var thread = pthread_t()
    #endif
    let failure = pthread_create(
      &thread, &attributes,
      { argument in
        // Darwin never passes nil, and says so in the type.
        let argument: UnsafeMutableRawPointer? = argument
        if let argument { Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body() }
        return nil
      }, work.toOpaque())
    if failure != 0 { work.release() }
    return failure == 0
  }

  /// What a thread does, as an object that C can carry.
  private final class Work: Sendable {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
}
