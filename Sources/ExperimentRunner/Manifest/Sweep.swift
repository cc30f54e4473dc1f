/// Forms all combinations of lists of values.
enum Sweep {
  /// The greatest number of combinations of one entry.
  static let maximumCount = 10_000

  /// Every combination of one value from each list, the last list varying fastest; nil if there are
  /// too many.
  static func combinations<Value>(_ lists: [[Value]]) -> [[Value]]? {
    var combinations: [[Value]] = [[]]
    for list in lists {
      let (count, overflow) = combinations.count.multipliedReportingOverflow(by: list.count)
      guard !overflow, count <= maximumCount else { return nil }
      combinations = combinations.flatMap { start in list.map { start + [$0] } }
    }
    return combinations
  }
}
