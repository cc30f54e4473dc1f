internal import Glibc
internal import Processes

/// The program of a cell, which runs to its end, its timeout or the limit of its output.
struct CellProcess {
  /// The way in which the program ended.
  enum End: Equatable {
    case exit(Int32)
    case signal(Int32)
    case timeout
    /// It printed more than a document should have.
    case flood
  }

  /// The result of the program.
  struct Outcome {
    let end: End
    let output: [UInt8]
    /// The last part of standard error.
    let messages: [UInt8]
  }

  /// The greatest number of bytes of standard output.
  static let outputLimit = 1 << 18
  private static let messageLimit = 1 << 12

  let command: [String]
  /// Entries such as `LC_ALL=C`.
  let environment: [String]
  let folder: String
  let seconds: Double

  /// - Throws: The error of the system if the program cannot be started.
  func run() throws(SystemFault) -> Outcome {
    let child = try ChildProcess(command, in: folder, environment: environment)
    Interruption.watch(child.group)
    let deadline = ContinuousClock.now + .seconds(seconds)
    var end: End?
    while end == nil {
      let state = child.read(milliseconds: 20)
      child.messages.keepLast(Self.messageLimit)
      if child.output.bytes.count > Self.outputLimit {
        end = .flood
      } else if let ended = child.ended() {
        end = End(ended)
        while child.read(milliseconds: 0) == .some {}
      } else if ContinuousClock.now > deadline {
        end = .timeout
      } else if state == .none {
        usleep(2000)
      }
    }
    Interruption.watch(nil)
    child.kill()
    return Outcome(end: end ?? .timeout, output: child.output.bytes, messages: child.messages.bytes)
  }
}

extension CellProcess.End {
  fileprivate init(_ end: ChildProcess.End) {
    self =
      switch end {
      case .exit(let code): .exit(code)
      case .signal(let code): .signal(code)
      }
  }
}
