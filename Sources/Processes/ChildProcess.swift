internal import Glibc
internal import Synchronization

/// A running program with pipes at its standard streams, in a process group of its own, so that whatever
/// it has started ends with it.
///
/// Callers wait for it on threads of their own, which is why this is no asynchronous library.
package final class ChildProcess {
  /// How a program ended.
  package enum End: Equatable, Sendable {
    /// By itself, with a code.
    case exit(Int32)
    /// By a signal.
    case signal(Int32)
  }

  /// Standard output.
  package let output: OutputPipe
  /// Standard error.
  package let messages: OutputPipe
  /// The process group, which is the process as well.
  package let group: Int32
  private let input: InputPipe?
  private var end: End?
  private var isKilled = false

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - command: The program, looked up in PATH, and its arguments.
  ///   - folder: Where it runs.
  ///   - environment: Entries such as `LC_ALL=C`; those of this process where none are given.
  ///   - takesInput: Whether standard input is a pipe; otherwise it is empty.
  /// - Throws: What the system refuses. A program that is not there ends with the code 127.
  package init(
    _ command: [String], in folder: String, environment: [String]? = nil, takesInput: Bool = false
  ) throws(SystemFault) {
    let pipes = try Self.turn.withLock { _ throws(SystemFault) in
      try Self.start(command, in: folder, environment: environment, takesInput: takesInput)
    }
    (output, messages, input, group) = (pipes.output, pipes.messages, pipes.input, pipes.group)
    // Left to the program alone, so that the end of a stream can be seen.
    output.ends.closeWriting()
    messages.ends.closeWriting()
    input?.ends.closeReading()
  }

  /// A program that is started while another's pipes are made would keep them open.
  private static let turn = Mutex(())

  private typealias Started = (
    output: OutputPipe, messages: OutputPipe, input: InputPipe?, group: Int32
  )

  private static func start(
    _ command: [String], in folder: String, environment: [String]?, takesInput: Bool
  ) throws(SystemFault) -> sending Started {
    let (output, messages) = (try OutputPipe(), try OutputPipe())
    let input = takesInput ? try InputPipe() : nil
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if let input {
      posix_spawn_file_actions_adddup2(&actions, input.ends.reading, 0)
    } else {
      posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    }
    posix_spawn_file_actions_adddup2(&actions, output.ends.writing, 1)
    posix_spawn_file_actions_adddup2(&actions, messages.ends.writing, 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
    // env goes to the folder and then becomes the program.
    var words = (["env", "-C", folder] + command).map { strdup($0) } + [nil]
    var variables = (environment ?? []).map { strdup($0) } + [nil]
    defer { (words + variables).forEach { free($0) } }
    var child = pid_t()
    let code =
      environment == nil
      ? posix_spawnp(&child, "env", &actions, &attributes, &words, environ)
      : posix_spawnp(&child, "env", &actions, &attributes, &words, &variables)
    guard code == 0 else { throw SystemFault("env cannot be started", code) }
    return (output, messages, input, child)
  }

  deinit { kill() }

  /// Reads what is there of both streams, waiting for something at most so long.
  @discardableResult
  package func read(milliseconds: Int32) -> OutputPipe.State {
    OutputPipe.wait(for: [output, messages], milliseconds: milliseconds)
  }

  /// Writes to standard input, and reads meanwhile what is there, so that neither side waits for ever.
  ///
  /// - Returns: Whether all was written before the deadline and before the program closed its input.
  package func write(_ bytes: [UInt8], until deadline: ContinuousClock.Instant) -> Bool {
    guard let input else { return false }
    var written = 0
    while written < bytes.count {
      guard ContinuousClock.now < deadline else { return false }
      switch input.write(bytes[written...]) {
      case .some(let count): written += count
      case .none: return false
      }
      if written < bytes.count {
        OutputPipe.wait(for: [output, messages], writing: input, milliseconds: 20)
      }
    }
    return true
  }

  /// How the program ended; nothing as long as it runs.
  package func ended() -> End? {
    var status: Int32 = 0
    if end == nil, waitpid(group, &status, WNOHANG) == group { end = End(status) }
    return end
  }

  /// Ends the program and whatever it has started.
  package func kill() {
    // Once is enough: the number of a group that is gone may be another's.
    guard !isKilled else { return }
    isKilled = true
    Glibc.kill(-group, SIGKILL)
    var status: Int32 = 0
    if end == nil, waitpid(group, &status, 0) == group { end = End(status) }
  }
}

extension ChildProcess {
  /// What a program prints that needs no input and ends by itself; nothing where it fails.
  package static func output(of command: [String], in folder: String = ".") -> [UInt8]? {
    guard let child = try? ChildProcess(command, in: folder) else { return nil }
    while child.read(milliseconds: 1000) != .none {}
    while child.ended() == nil { usleep(1000) }
    return child.ended() == .exit(0) ? child.output.bytes : nil
  }
}

extension ChildProcess.End {
  fileprivate init(_ status: Int32) {
    // The low seven bits name a signal, the byte above them is the exit code.
    self = status & 0x7f == 0 ? .exit(status >> 8 & 0xff) : .signal(status & 0x7f)
  }
}

/// What the system has refused.
package struct SystemFault: Error {
  /// What was wanted and why it is not to be had.
  package let message: String

  init(_ what: String, _ code: Int32) { message = "\(what): \(String(cString: strerror(code)))" }
}
