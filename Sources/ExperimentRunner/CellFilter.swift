public import ResultRecords

/// A selection of cells by a regular expression over their one-line text.
public struct CellFilter: Sendable {
  private let pattern: String

  /// Compiles the pattern.
  ///
  /// - Throws: The regular expression parser's error.
  public init(_ pattern: String) throws {
    _ = try Regex(pattern)
    self.pattern = pattern
  }

  /// Whether the pattern occurs in `tensor estimator N bits scheme grid granularity`, with
  /// `calibration A..B held-out C..D` behind it where batches are held out.
  public func matches(_ key: ResultRecord.Key) -> Bool {
    // A Regex is not Sendable; compiling costs microseconds against milliseconds for a cell.
    guard let regex = try? Regex(pattern) else { return false }
    return key.description.contains(regex)
  }
}
