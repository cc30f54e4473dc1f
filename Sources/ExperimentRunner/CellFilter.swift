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
  package func matches(_ key: ResultRecord.Key) -> Bool {
    let text = key.description
    return regex.withLock { text.contains($0) }
  }
}
