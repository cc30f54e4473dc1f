internal import Glibc
internal import Processes
internal import RangeEstimation

/// A running program that answers lane after lane.
///
/// Unchecked, because only the thread that has taken it from the idle programs uses it.
final class ExternalProgram: @unchecked Sendable {
  /// The greatest length of an answer in bytes.
  private static let lineLimit = 1 << 12
  /// The number of bytes of standard error that are kept.
  private static let messageLimit = 1 << 12

  private let rule: ExternalRule
  private let child: ChildProcess

  init(_ rule: ExternalRule) throws(EstimationError) {
    self.rule = rule
    do throws(SystemFault) {
      child = try ChildProcess(rule.command, in: rule.folder, takesInput: true)
    } catch {
      throw .external(error.message)
    }
  }

  /// Sends a lane and waits for the answer.
  func answer(to request: ExternalRequest) throws(EstimationError) -> ExternalAnswer {
    let deadline = ContinuousClock.now + .seconds(rule.timeout)
    child.read(milliseconds: 0)
    // Bytes that are left over would be mistaken for the answer to the next lane.
    guard child.output.bytes.isEmpty else { throw fault("writes more than a line for a lane") }
    // A program may answer or end before it has read everything.
    _ = child.write(request.bytes, until: deadline)
    while true {
      let end = child.ended()
      let state = child.read(milliseconds: end == nil ? 20 : 0)
      child.messages.keepLast(Self.messageLimit)
      if let line = child.output.takeLine() { return try ExternalAnswer(line) }
      if child.output.bytes.count > Self.lineLimit {
        throw fault("writes more than \(Self.lineLimit) bytes and no end of a line")
      }
      if let end, state != .some { throw fault(Self.words(end)) }
      if ContinuousClock.now > deadline {
        child.kill()
        throw fault("has not answered within \(rule.timeout) seconds")
      }
      if state == .none { usleep(2000) }
    }
  }

  private static func words(_ end: ChildProcess.End) -> String {
    switch end {
    case .exit(let code): "ended with exit code \(code) before it answered"
    case .signal(let code): "was ended by signal \(code) before it answered"
    }
  }

  /// The error with the last line that the program wrote to standard error.
  private func fault(_ text: String) -> EstimationError {
    let lines = String(decoding: child.messages.bytes, as: UTF8.self).split(
      whereSeparator: \.isNewline)
    return .external(
      "\(rule.command.joined(separator: " ")) \(text)"
        + (lines.last.map { ": \($0.prefix(200))" } ?? ""))
  }
}
