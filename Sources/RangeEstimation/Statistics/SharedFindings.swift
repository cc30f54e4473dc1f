internal import Synchronization

/// What decisions on one sealed statistic have in common, such as a histogram that no bit width
/// changes: formed by the first that asks, kept for the others.
///
/// Short lanes keep nothing: there may be very many, each with less data than a histogram has bins.
final class SharedFindings: Sendable {
  private static let leastCount = 1 << 16

  private struct Key: Hashable {
    let type: ObjectIdentifier
    let form: AnyHashable
  }

  private let keeps: Bool
  private let known = Mutex<[Key: any Sendable]>([:])

  /// Keeps nothing yet.
  ///
  /// - Parameter count: The number of values in the lane.
  init(count: Int) { keeps = count >= Self.leastCount }

  /// The finding of a type and a form, made where it is not known.
  ///
  /// - Parameters:
  ///   - form: All that it depends on besides the statistic.
  ///   - make: Gives the same whenever it is called; called without a lock.
  func finding<Finding: Sendable, Failure>(
    _ form: some Hashable & Sendable, make: () throws(Failure) -> Finding
  ) throws(Failure) -> Finding {
    guard keeps else { return try make() }
    let type = ObjectIdentifier(Finding.self)
    let found = known.withLock { $0[Key(type: type, form: AnyHashable(form))] }
    // Two steps: cast at once, a missing entry would pass for an optional finding that is nil.
    if let found, let finding = found as? Finding { return finding }
    let made = try make()
    known.withLock { $0[Key(type: type, form: AnyHashable(form))] = made }
    return made
  }
}
