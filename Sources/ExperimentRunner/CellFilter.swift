package import ResultRecords
internal import Synchronization

/// A selection of cells by a regular expression over their one-line text.
package final class CellFilter: Sendable {
  // Compiled once, because that takes longer than many matches. Threads cannot share a Regex value.
  private let regex: Mutex<Regex<AnyRegexOutput>>

  /// Compiles the pattern.
  ///
  /// - Throws: The regular expression parser's error.
  package init(_ pattern: String) throws { regex = Mutex(try Regex(pattern)) }

  /// Whether the pattern occurs in `tensor estimator N bits scheme grid granularity`, followed by
  /// `calibration A..B held-out C..D` if batches are held out.
  package func matches(_ key: ResultRecord.Key) -> Bool { matches(key.description) }

  /// Whether the pattern occurs in `network estimator N bits weights activations granularity on data`.
  package func matches(_ key: NetworkRecord.Key) -> Bool { matches(key.description) }

  private func matches(_ text: String) -> Bool {
    regex.withLock { text.contains($0) }
  }
}
