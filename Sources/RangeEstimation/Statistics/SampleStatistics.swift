public import QuantizationCore
internal import QuantizationKernels

/// The distribution of the lane's values: the statistic behind percentiles, histograms and the
/// searches for the least squared error.
///
/// Up to ``exactCapacity`` values it keeps them all, sorted once: four bytes a value and two
/// of running sums. Beyond, it keeps a `MomentTable` instead: constant memory, ranks exact,
/// values to a share of 2^-11, errors to a few millionths of themselves. What is answered depends
/// on the multiset of values only, so neither batch split nor order can show.
public struct SampleStatistics: LaneStatistics {
  /// How many values are kept as they are.
  public static let exactCapacity = 1 << 22

  private let capacity: Int
  /// The values while they are kept, ascending once sealed; -0 counts as +0.
  package private(set) var values: [Float] = []
  private var table: MomentTable?
  private var extrema: ExtremaStatistics
  private var sealedTails: SidedTails?
  /// What questions on the sealed sample have in common.
  private(set) var findings: SharedFindings?

  /// A sample of no values.
  public init(shape: LaneShape) { self.init(shape: shape, capacity: Self.exactCapacity) }

  /// A sample of no values that will keep another number of them as they are.
  package init(shape: LaneShape, capacity: Int) {
    self.capacity = capacity
    extrema = ExtremaStatistics(shape: shape)
    if shape.count > capacity {
      // What will not be kept need not be collected first. A lane announced as longer than it is
      // once what is not finite has been dropped is a table as well.
      table = MomentTable()
    } else {
      values.reserveCapacity(shape.count)
    }
  }

  /// The number of values observed.
  public var count: Int { extrema.count }

  /// Whether every value is still known.
  public var isExact: Bool { table == nil }

  /// Adds a batch.
  public mutating func observe(_ batch: Span<Float>) {
    precondition(sealedTails == nil, "observed after it was sealed")
    extrema.observe(batch)
    if count > capacity { spill() }
    if table != nil {
      table?.add(batch)
    } else {
      batch.withUnsafeBufferPointer { values.append(contentsOf: $0) }
    }
  }

  /// Adds what another sample has observed.
  public mutating func merge(_ other: SampleStatistics) {
    precondition(sealedTails == nil && other.sealedTails == nil, "merged after it was sealed")
    extrema.merge(other.extrema)
    if count > capacity { spill() }
    if table != nil {
      table?.add(other.values.span)
      if let theirs = other.table { table?.merge(theirs) }
    } else {
      values.append(contentsOf: other.values)
    }
  }

  /// From now on a table.
  private mutating func spill() {
    guard table == nil else { return }
    var moments = MomentTable()
    moments.add(values.span)
    table = moments
    values = []
  }

  /// Sorts the values in place and forms the running sums.
  ///
  /// Time O(n), no second copy.
  public mutating func seal() {
    guard sealedTails == nil else { return }
    findings = SharedFindings(count: count)
    if let table {
      func side(belowZero: Bool, maximum: Double) -> TailSums {
        TailSums(
          BinnedMagnitudes(table.bins(belowZero: belowZero, upTo: maximum)), maximum: maximum)
      }
      sealedTails = SidedTails(
        below: side(belowZero: true, maximum: -extrema.range.lower),
        above: side(belowZero: false, maximum: extrema.range.upper))
      return
    }
    sortAscending(&values)
    let zero = partitionPoint(0..<values.count) { values[$0] >= 0 }
    sealedTails = SidedTails(
      below: TailSums(SortedMagnitudes(of: values, in: 0..<zero, descending: true)),
      above: TailSums(SortedMagnitudes(of: values, in: zero..<values.count, descending: false)))
  }

  /// The magnitudes of the negative values.
  package var below: TailSums { tails.below }

  /// The magnitudes of the values from zero up.
  package var above: TailSums { tails.above }

  /// The sum of squares of all values.
  public var energy: Double { tails.energy }

  /// Both sides together.
  package var tails: SidedTails {
    guard let sealedTails else { preconditionFailure("asked before it was sealed") }
    return sealedTails
  }

  /// The range from smallest to largest, widened to zero; [0, 0] without values.
  public var range: ClippingRange { extrema.range }
}

/// The first index of a range from which on the condition holds; the end where it never does.
///
/// The condition is false, then true, along the range. Time O(log n).
@inline(__always)
package func partitionPoint(_ range: Range<Int>, where holds: (Int) -> Bool) -> Int {
  var (low, high) = (range.lowerBound, range.upperBound)
  while low < high {
    let middle = low + (high - low) / 2
    if holds(middle) { high = middle } else { low = middle + 1 }
  }
  return low
}
