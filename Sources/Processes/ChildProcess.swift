internal import Glibc
internal import Synchronization

/// A running program with pipes for its standard streams.
///
/// It has a process group of its own, so that all processes that it starts can be ended with it.
///
/// Callers wait on their own threads, so there is no need for asynchronous functions.
package final class ChildProcess {
  /// The way in which a program ended.
  package enum End: Equatable, Sendable {
    /// It exited with a code.
    case exit(Int32)
    /// A signal ended it.
    case signal(Int32)
  }

  /// The pipe from standard output.
  package let output: OutputPipe
  /// The pipe from standard error.
  package let messages: OutputPipe
  /// The process group; its number is that of the process.
  package let group: Int32
  private let input: InputPipe?
  private var end: End?
  private var isKilled = false

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - command: The program, looked up in PATH, and its arguments.
  /// - folder: The folder in which it runs.
  /// - environment: Entries such as `LC_ALL=C`; nil for those of this process.
  ///   - takesInput: Whether standard input is a pipe; otherwise it is empty.
  /// - Throws: The error of the system. A program that does not exist ends with the code 127.
  package init(
    _ command: [String], in folder: String, environment: [String]? = nil, takesInput: Bool = false
  ) throws(SystemFault) {
    let pipes = try Self.turn.withLock { _ throws(SystemFault) in
      try Self.start(command, in: folder, environment: environment, takesInput: takesInput)
    }
    (output, messages, input, group) = (pipes.output, pipes.messages, pipes.input, pipes.group)
    // Only the program keeps these ends, so that the end of a stream can be detected.
    output.ends.closeWriting()
    messages.ends.closeWriting()
    input?.ends.closeReading()
  }

  /// Makes starts exclusive: a program started while the pipes of another are made would keep them
  /// open.
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
    // `env` changes to the folder and then becomes the program.
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

  /// Reads what both streams have, after waiting for it at most `milliseconds`.
  @discardableResult
  package func read(milliseconds: Int32) -> OutputPipe.State {
    OutputPipe.wait(for: [output, messages], milliseconds: milliseconds)
  }

  /// Writes to standard input and reads both streams meanwhile, so that neither side blocks the
  /// other.
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

  /// The way in which the program ended; nil while it runs.
  package func ended() -> End? {
    var status: Int32 = 0
    if end == nil, waitpid(group, &status, WNOHANG) == group { end = End(status) }
    return end
  }

  /// Ends the program and all processes that it has started.
  package func kill() {
    // Only once, because the number of a finished group may be used again.
    guard !isKilled else { return }
    isKilled = true
    Glibc.kill(-group, SIGKILL)
    var status: Int32 = 0
    if end == nil, waitpid(group, &status, 0) == group { end = End(status) }
  }
}

extension ChildProcess {
  /// Reads both streams to their ends and waits until the program, which must end by itself, has ended.
  package func readToEnd() -> End {
    while read(milliseconds: 1000) != .none {}
    while true {
      if let end = ended() { return end }
      usleep(1000)
    }
  }

  /// The output of a program that needs no input and ends by itself; nil if it fails.
  package static func output(of command: [String], in folder: String = ".") -> [UInt8]? {
    guard let child = try? ChildProcess(command, in: folder) else { return nil }
    return child.readToEnd() == .exit(0) ? child.output.bytes : nil
  }
}

extension ChildProcess.End {
  fileprivate init(_ status: Int32) {
    // The low seven bits name a signal, the byte above them is the exit code.
    self = status & 0x7f == 0 ? .exit(status >> 8 & 0xff) : .signal(status & 0x7f)
  }
}

/// An error of the system.
package struct SystemFault: Error {
  /// The request and the reason why it failed.
  package let message: String

  init(_ what: String, _ code: Int32) { message = "\(what): \(String(cString: strerror(code)))" }
}
