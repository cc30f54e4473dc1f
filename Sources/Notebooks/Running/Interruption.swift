internal import Glibc
internal import Synchronization

/// Ends the running cell if the user interrupts the program.
///
/// A terminal's interrupt does not reach cells, because they have process groups of their own, and
/// the scratch folder must be deleted too. So the signal handler ends the cell, and the run ends
/// itself. Signals belong to the whole process: with several runs at a time, it ends the cell that
/// was started last.
enum Interruption {
  private static let group = Atomic<Int32>(0)
  private static let received = Atomic<Int32>(0)

  /// The signal that was received, if any.
  static var signal: Int32? {
    let code = received.load(ordering: .relaxed)
    return code == 0 ? nil : code
  }

  /// Runs `body` and catches signals meanwhile.
  static func caught<Result>(_ body: () throws -> Result) rethrows -> Result {
    // Both variables must exist before the handler runs, because it must not create them.
    received.store(0, ordering: .relaxed)
    group.store(0, ordering: .relaxed)
    let signals = [SIGINT, SIGTERM, SIGHUP]
    let before = signals.map { Glibc.signal($0, handler) }
    defer { for (code, handler) in zip(signals, before) { Glibc.signal(code, handler) } }
    return try body()
  }

  /// Sets the process group to end; nil between cells.
  static func watch(_ child: pid_t?) {
    group.store(child ?? 0, ordering: .relaxed)
    // A signal may have come between the start of the program and this line.
    if let child, signal != nil { kill(-child, SIGKILL) }
  }

  private static let handler: @convention(c) (Int32) -> Void = { code in
    received.store(code, ordering: .relaxed)
    let child = group.load(ordering: .relaxed)
    if child != 0 { kill(-child, SIGKILL) }
  }
}
