/// Some of the batches of a tensor, counted from 0; at least one.
///
/// As files and command lines write it: `0..3` for the first four, `0..1+4..7` where there is a gap.
package struct BatchSet: Hashable, Sendable {
  /// More batches than any calibration has.
  package static let maximumCount = 1_000_000

  private let indices: RangeSet<Int>

  /// A run of batches.
  package init(_ range: ClosedRange<Int>) {
    precondition(range.lowerBound >= 0 && range.upperBound < Self.maximumCount, "batches from 0")
    indices = RangeSet(Range(range))
  }

  private init(_ indices: RangeSet<Int>) { self.indices = indices }

  /// Reads what ``description`` writes, with runs in any order; nothing for anything else.
  package init?(_ text: String) {
    var indices = RangeSet<Int>()
    for run in text.split(separator: "+", omittingEmptySubsequences: false) {
      let ends = run.split(separator: ".", omittingEmptySubsequences: false)
      guard ends.count == 3, ends[1].isEmpty, let first = Int(ends[0]), let last = Int(ends[2]),
        first >= 0, first <= last, last < Self.maximumCount
      else { return nil }
      indices.insert(contentsOf: first..<last + 1)
    }
    self.init(indices)
  }

  /// How many batches there are.
  package var count: Int { indices.ranges.reduce(0) { $0 + $1.count } }

  /// The last batch.
  package var last: Int { (indices.ranges.last?.upperBound ?? 1) - 1 }

  /// Those that a tensor of `total` batches has, in order.
  ///
  /// O(their number), however many the tensor has.
  package func batches(of total: Int) -> [Int] {
    indices.ranges.flatMap { $0.clamped(to: 0..<total) }
  }

  /// The batches that are in both; nothing where there are none.
  package func intersection(_ other: BatchSet) -> BatchSet? {
    let common = indices.intersection(other.indices)
    return common.isEmpty ? nil : BatchSet(common)
  }

  /// The other batches of a tensor that has `total`; nothing where there are none.
  package func rest(of total: Int) -> BatchSet? {
    let others = RangeSet(0..<total).subtracting(indices)
    return others.isEmpty ? nil : BatchSet(others)
  }

  /// Orders by number, then from the front.
  var sortKey: [Int] { [count] + indices.ranges.flatMap { [$0.lowerBound, $0.upperBound] } }
}

extension BatchSet: CustomStringConvertible {
  /// `0..3`, or `0..1+4..7`.
  package var description: String {
    indices.ranges.map { "\($0.lowerBound)..\($0.upperBound - 1)" }.joined(separator: "+")
  }
}

/// Held-out evaluation: ranges chosen on some batches of a tensor and measured on others.
///
/// The error, its optimum and so the regret are those of the held-out batches alone.
package struct CalibrationSplit: Hashable, Sendable {
  /// The batches that ranges are chosen on.
  package let calibration: BatchSet
  /// The batches that errors are measured on.
  package let heldOut: BatchSet

  /// Creates a split.
  package init(calibration: BatchSet, heldOut: BatchSet) {
    self.calibration = calibration
    self.heldOut = heldOut
  }
}

extension CalibrationSplit: Comparable, CustomStringConvertible {
  /// Few calibration batches before many.
  package static func < (left: Self, right: Self) -> Bool {
    (left.calibration.sortKey + left.heldOut.sortKey).lexicographicallyPrecedes(
      right.calibration.sortKey + right.heldOut.sortKey)
  }

  /// `calibration 0..3 held-out 4..7`.
  package var description: String { "calibration \(calibration) held-out \(heldOut)" }
}
