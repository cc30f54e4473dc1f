public import QuantizationCore
internal import QuantizationKernels

/// The distribution of the lane's values: the statistic behind percentiles, histograms and the
/// searches for the least squared error.
///
/// Up to ``exactCapacity`` values it keeps them all: four bytes a value and two of running sums. Few
/// are sorted at once, more when a question needs it (`KeptValues`). Beyond, it keeps a `MomentTable`
/// instead: constant memory, ranks exact, values to a share of 2^-11, errors to a few millionths of
/// themselves. What is answered depends on the multiset of values only, so neither batch split nor
/// order can show.
public struct SampleStatistics: LaneStatistics {
  /// How many values are kept as they are.
  public static let exactCapacity = 1 << 22

  /// How many values are sorted before any question; more cost less where none needs it.
  public static let sortedCapacity = 200_000

  private let capacity: Int
  private let sortedCapacity: Int
  private var collected: [Float] = []
  /// What has been collected, once it is sealed and not sorted.
  private(set) var kept: KeptValues?
  private var table: MomentTable?
  private var extrema: ExtremaStatistics
  private var sealedTails: SidedTails?
  /// Values derived from the sealed sample; nil until it is sealed.
  private(set) var cache: DerivedValueCache?

  /// A sample of no values.
  public init(shape: LaneShape) { self.init(shape: shape, capacity: Self.exactCapacity) }

  /// A sample of no values that will keep another number of them as they are.
  ///
  /// - Parameter sortedCapacity: How many of them are sorted before any question.
  package init(
    shape: LaneShape, capacity: Int, sortedCapacity: Int = SampleStatistics.sortedCapacity
  ) {
    (self.capacity, self.sortedCapacity) = (capacity, sortedCapacity)
    extrema = ExtremaStatistics(shape: shape)
    if shape.count > capacity {
      // What will not be kept need not be collected first. A lane announced as longer than it is
      // once what is not finite has been dropped is a table as well.
      table = MomentTable()
    } else {
      collected.reserveCapacity(shape.count)
      // An array without elements has no base address but that of its room.
      collected.withUnsafeMutableBufferPointer { room in
        Kernels.expectWrites(
          to: UnsafeMutableRawBufferPointer(
            start: room.baseAddress, count: shape.count * MemoryLayout<Float>.stride))
      }
    }
  }

  /// Tables merge in less than a millisecond; values that are kept would be copied.
  public static func observesParts(of shape: LaneShape) -> Bool { shape.count > exactCapacity }

  /// The number of values observed.
  public var count: Int { extrema.count }

  /// Whether every value is still known.
  public var isExact: Bool { table == nil }

  /// Adds a batch.
  public mutating func observe(_ batch: Span<Float>) {
    precondition(cache == nil, "observed after it was sealed")
    extrema.observe(batch)
    if count > capacity { spill() }
    if table != nil {
      table?.add(batch)
    } else {
      batch.withUnsafeBufferPointer { collected.append(contentsOf: $0) }
    }
  }

  /// Adds what another sample has observed.
  public mutating func merge(_ other: SampleStatistics) {
    precondition(cache == nil && other.cache == nil, "merged after it was sealed")
    extrema.merge(other.extrema)
    if count > capacity { spill() }
    if table != nil {
      table?.add(other.collected.span)
      if let theirs = other.table { table?.merge(theirs) }
    } else {
      collected.append(contentsOf: other.collected)
    }
  }

  /// From now on a table.
  private mutating func spill() {
    guard table == nil else { return }
    var moments = MomentTable()
    moments.add(collected.span)
    table = moments
    collected = []
  }

  /// Sorts the values, unless they are many.
  ///
  /// Time O(n).
  public mutating func seal() {
    guard cache == nil else { return }
    cache = DerivedValueCache(count: count)
    if let table {
      sealedTails = SidedBins(table, range: extrema.range).tails
    } else if count > sortedCapacity {
      kept = KeptValues(collected, range: extrema.range)
      collected = []
    } else {
      Kernels.sortAscending(&collected)
      sealedTails = SidedTails(ascending: collected)
    }
  }

  /// The values while they are kept, ascending; -0 counts as +0.
  package var values: [Float] { kept?.ascending ?? collected }

  /// The values while they are kept, in any order.
  var unorderedValues: [Float] { kept?.unordered ?? collected }

  /// The magnitudes of the negative values.
  package var below: TailSums { tails.below }

  /// The magnitudes of the values from zero up.
  package var above: TailSums { tails.above }

  /// The sum of squares of all values.
  public var energy: Double { totals.energy }

  /// Both sides together.
  package var tails: SidedTails {
    guard let sealedTails = sealedTails ?? kept?.tails else {
      preconditionFailure("asked before it was sealed")
    }
    return sealedTails
  }

  /// The kept values where they are so many that two searches take less time than sorting them.
  var unsorted: KeptValues? { count > 2 * sortedCapacity ? kept : nil }

  /// Both sides for questions about all magnitudes of a side: many are not sorted for their sums.
  var totals: SidedTails { unsorted?.bins.tails ?? tails }

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
