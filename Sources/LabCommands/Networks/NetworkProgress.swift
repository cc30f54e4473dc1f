internal import Foundation
internal import Synchronization

/// Progress of a run on standard error: one line on a terminal, otherwise a line every five seconds.
final class NetworkProgress: Sendable {
  private let name: String
  private let isTerminal = isatty(FileHandle.standardError.fileDescriptor) == 1
  private let start = ContinuousClock.now
  private let last = Mutex<Double>(0)

  init(_ name: String) { self.name = name }

  /// Shows how much is done.
  func show(_ what: String, _ done: Int, _ all: Int) {
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let isDue = last.withLock { last in
      guard seconds - last >= (isTerminal ? 0.1 : 5) || isTerminal && done == all else {
        return false
      }
      last = seconds
      return true
    }
    guard isDue else { return }
    let left = seconds / Double(max(1, done)) * Double(all - done)
    let text = "\(name): \(done)/\(all) \(what), \(String(format: "%.0f", left)) s left"
    StandardError.write(isTerminal ? "\r\u{1b}[K\(text)" + (done == all ? "\n" : "") : text + "\n")
  }
}
