internal import Synchronization

/// A cache of values derived from one sealed statistic, such as a histogram that several bit widths
/// use.
///
/// The first estimator that needs a value computes it. Nothing is cached for short lanes: there may be
/// very many of them, each with less data than a histogram has bins.
final class DerivedValueCache: Sendable {
  private static let leastCount = 1 << 16

  private struct Key: Hashable {
    let type: ObjectIdentifier
    let form: AnyHashable
  }

  private let keeps: Bool
  private let known = Mutex<[Key: any Sendable]>([:])

  /// Creates an empty cache.
  ///
  /// - Parameter count: The number of values in the lane.
  init(count: Int) { keeps = count >= Self.leastCount }

  /// Returns the cached value of a type and a form; computes and caches it if there is none.
  ///
  /// - Parameters:
  ///   - form: All that the value depends on besides the statistic.
  ///   - make: Computes the value. It must return the same value at every call, because several threads
  ///     may call it at once: no lock is held.
  func value<Value: Sendable, Failure>(
    _ form: some Hashable & Sendable, make: () throws(Failure) -> Value
  ) throws(Failure) -> Value {
    guard keeps else { return try make() }
    let type = ObjectIdentifier(Value.self)
    let found = known.withLock { $0[Key(type: type, form: AnyHashable(form))] }
    // Two steps: cast at once, a missing entry would pass for a cached nil.
    if let found, let value = found as? Value { return value }
    let made = try make()
    known.withLock { $0[Key(type: type, form: AnyHashable(form))] = made }
    return made
  }
}
