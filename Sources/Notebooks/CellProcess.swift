internal import Glibc

/// A cell's program, run to its end, its time or its limit.
///
/// It gets a process group of its own, so that whatever it has started ends with it.
struct CellProcess {
  /// How a program ended.
  enum End: Equatable {
    case exit(Int32)
    case signal(Int32)
    case timeout
    /// More was printed than a document should show.
    case flood
  }

  /// What a program left behind.
  struct Outcome {
    let end: End
    let output: [UInt8]
    /// Standard error; its last part, if there was much.
    let talk: [UInt8]
  }

  /// The bytes of standard output that are too many.
  static let outputLimit = 1 << 18
  private static let talkLimit = 1 << 12

  let command: [String]
  /// Entries such as `LC_ALL=C`.
  let environment: [String]
  let folder: String
  let seconds: Double

  /// - Throws: An error number, where the program cannot be started.
  func run() throws(SystemFault) -> Outcome {
    let (output, talk) = (try Pipe(), try Pipe())
    let child = try spawn(output: output, talk: talk)
    Interruption.watch(child)
    output.closeWriting()
    talk.closeWriting()
    let deadline = Self.now() + seconds
    var (end, status): (End?, Int32) = (nil, 0)
    while end == nil {
      let isOpen = Pipe.wait(for: [output, talk], milliseconds: 20)
      talk.keepLast(Self.talkLimit)
      if output.bytes.count > Self.outputLimit {
        end = .flood
      } else if waitpid(child, &status, WNOHANG) == child {
        end = Self.end(status)
        while Pipe.wait(for: [output, talk], milliseconds: 0) == .some {}
      } else if Self.now() > deadline {
        end = .timeout
      } else if isOpen == .none {
        usleep(2000)
      }
    }
    Interruption.watch(nil)
    kill(-child, SIGKILL)
    if end == .flood || end == .timeout { waitpid(child, &status, 0) }
    return Outcome(end: end ?? .timeout, output: output.bytes, talk: talk.bytes)
  }

  private func spawn(output: Pipe, talk: Pipe) throws(SystemFault) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output.writing, 1)
    posix_spawn_file_actions_adddup2(&actions, talk.writing, 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
    // env goes to the folder and then becomes the program.
    var words = (["env", "-C", folder] + command).map { strdup($0) } + [nil]
    var variables = environment.map { strdup($0) } + [nil]
    defer { (words + variables).forEach { free($0) } }
    var child = pid_t()
    let code = posix_spawnp(&child, "env", &actions, &attributes, &words, &variables)
    guard code == 0 else { throw SystemFault("env cannot be started", code) }
    return child
  }

  private static func end(_ status: Int32) -> End {
    // The low seven bits name a signal, the byte above them is the exit code.
    status & 0x7f == 0 ? .exit(status >> 8 & 0xff) : .signal(status & 0x7f)
  }

  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}

/// What the system has refused.
struct SystemFault: Error {
  let message: String

  init(_ what: String, _ code: Int32) { message = "\(what): \(String(cString: strerror(code)))" }
}
