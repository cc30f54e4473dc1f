internal import Glibc
internal import Synchronization

/// Ends the running cell when the user ends the program.
///
/// Cells have process groups of their own, which a terminal's interrupt does not reach; and the
/// scratch folder has to go too. So the signal ends the cell, and the run ends itself. Signals belong
/// to the whole process: of several runs at a time, the cell that was started last is ended.
enum Interruption {
  private static let group = Atomic<Int32>(0)
  private static let received = Atomic<Int32>(0)

  /// The signal that has asked for the end, if one has.
  static var signal: Int32? {
    let code = received.load(ordering: .relaxed)
    return code == 0 ? nil : code
  }

  /// Runs something during which signals are caught.
  static func caught<Result>(_ body: () throws -> Result) rethrows -> Result {
    // The handler must find both made: it may not make them.
    received.store(0, ordering: .relaxed)
    group.store(0, ordering: .relaxed)
    let signals = [SIGINT, SIGTERM, SIGHUP]
    let before = signals.map { Glibc.signal($0, handler) }
    defer { for (code, handler) in zip(signals, before) { Glibc.signal(code, handler) } }
    return try body()
  }

  /// Names the group to end; none between cells.
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
