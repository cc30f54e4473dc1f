internal import ExperimentRunner
internal import Foundation
internal import Synchronization

/// Progress on standard error: a line that is updated on a terminal, otherwise a new line now and
/// then.
final class ProgressReport: Sendable {
  private let name: String
  private let isTerminal = isatty(FileHandle.standardError.fileDescriptor) == 1
  private let lastShown = Mutex<Double>(-.infinity)
  private let written = Mutex<(since: ContinuousClock.Instant, isShown: Bool)?>(nil)

  init(name: String) { self.name = name }

  /// Prints the progress of a run: at most ten times a second on a terminal, otherwise every five
  /// seconds.
  func show(_ progress: ExperimentRun.Progress) {
    let isDue = lastShown.withLock { last in
      guard progress.seconds - last >= (isTerminal ? 0.1 : 5) || progress.done == progress.total
      else { return false }
      last = progress.seconds
      return true
    }
    guard isDue else { return }
    StandardError.write(
      isTerminal ? "\r\u{1b}[K\(bar(progress)) \(text(progress))" : text(progress) + "\n")
  }

  /// Prints the file that is being written: at once on a terminal, otherwise if writing takes
  /// longer than two seconds.
  func show(writing file: String) {
    let isDue = written.withLock { written in
      let since = written?.since ?? .now
      let isDue = isTerminal || ContinuousClock.now - since >= .seconds(2)
      written = (since, isDue || written?.isShown ?? false)
      return isDue
    }
    guard isDue else { return }
    let text = "\(name): writing \(file)"
    StandardError.write(isTerminal ? "\r\u{1b}[K\(text)" : text + "\n")
  }

  /// Ends the line on a terminal.
  func finish() {
    let isMoved = lastShown.withLock { last in
      defer { last = -.infinity }
      return last.isFinite
    }
    let isWritten = written.withLock { $0.take()?.isShown ?? false }
    if isTerminal && (isMoved || isWritten) { StandardError.write("\n") }
  }

  private func text(_ progress: ExperimentRun.Progress) -> String {
    let rate = Double(progress.done) / max(progress.seconds, 1e-9)
    let left = Double(progress.total - progress.done) / max(rate, 1e-9)
    return "\(name): \(progress.done)/\(progress.total) \(progress.what), "
      + String(format: "%.0f/s, %.0f s left", rate, left)
  }

  private func bar(_ progress: ExperimentRun.Progress) -> String {
    let width = 24
    let filled = progress.total == 0 ? width : width * progress.done / progress.total
    return "[" + String(repeating: "#", count: filled)
      + String(repeating: ".", count: width - filled) + "]"
  }
}
