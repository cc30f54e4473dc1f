public import QuantizationCore
internal import QuantizationKernels

/// The distribution of the values of a lane.
///
/// Percentiles, histograms and the searches for the least squared error are computed from it.
///
/// Up to ``exactCapacity`` values, all of them are kept. Memory: four bytes for each value, and about
/// two for running sums. Up to ``sortedCapacity`` values are sorted when the sample is sealed,
/// more of them when a query needs it (`KeptValues`). A longer lane is kept as a `MomentTable`: memory
/// is constant, ranks are exact, values have a relative error of 2^-11, and squared errors one of a few
/// millionths. Results depend on the multiset of values only, not on batches or order.
public struct SampleStatistics: LaneStatistics {
  /// The largest number of values that are all kept.
  public static let exactCapacity = 1 << 22

  /// The largest number of values that are sorted before any query.
  ///
  /// Sorting more is slow, and most queries do not need it.
  public static let sortedCapacity = 200_000

  private let capacity: Int
  private let sortedCapacity: Int
  private var collected: [Float] = []
  /// The values of a sealed sample that are all kept but not sorted; nil for other samples.
  private(set) var kept: KeptValues?
  private var table: MomentTable?
  private var extrema: ExtremaStatistics
  private var sealedTails: SidedTails?
  /// Values derived from the sealed sample; nil until it is sealed.
  private(set) var cache: DerivedValueCache?

  /// Creates a sample of no values.
  public init(shape: LaneShape) { self.init(shape: shape, capacity: Self.exactCapacity) }

  /// Creates a sample of no values, with capacities of its own.
  ///
  /// - Parameters:
  ///   - capacity: The largest number of values that are all kept.
  ///   - sortedCapacity: The largest number of values that are sorted before any query.
  package init(
    shape: LaneShape, capacity: Int, sortedCapacity: Int = SampleStatistics.sortedCapacity
  ) {
    (self.capacity, self.sortedCapacity) = (capacity, sortedCapacity)
    extrema = ExtremaStatistics(shape: shape)
    if shape.count > capacity {
      // The count includes values that are dropped because they are not finite. A lane that is short
      // enough without them is a table as well.
      table = MomentTable()
    } else {
      collected.reserveCapacity(shape.count)
      // The array has no elements, so its base address is that of the reserved memory.
      collected.withUnsafeMutableBufferPointer { room in
        Kernels.expectWrites(
          to: UnsafeMutableRawBufferPointer(
            start: room.baseAddress, count: shape.count * MemoryLayout<Float>.stride))
      }
    }
  }

  /// True if the lane becomes a table: tables merge in less than a millisecond, but kept values would
  /// be copied.
  public static func observesParts(of shape: LaneShape) -> Bool { shape.count > exactCapacity }

  /// The number of values observed.
  public var count: Int { extrema.count }

  /// Whether every value is kept; if not, the sample is a moment table.
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

  /// Adds the values that another sample has observed.
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

  /// Replaces the kept values by a moment table.
  private mutating func spill() {
    guard table == nil else { return }
    var moments = MomentTable()
    moments.add(collected.span)
    table = moments
    collected = []
  }

  /// Ends observing.
  ///
  /// Sorts the values if they are at most ``sortedCapacity``.
  ///
  /// - Complexity: O(n).
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

  /// All values, ascending; -0 counts as +0.
  ///
  /// Empty if the sample is a moment table.
  package var values: [Float] { kept?.ascending ?? collected }

  private struct PointForm: Hashable {}

  /// The values as points with weights; nil if all values are kept.
  var points: BinPoints? {
    guard let table, let cache else { return nil }
    return cache.value(PointForm()) { BinPoints(table, range: range) }
  }

  /// The smallest and the largest value; zeros without values.
  var extremes: (least: Double, most: Double) {
    (Double(extrema.minimum), Double(extrema.maximum))
  }

  /// All values, in any order.
  ///
  /// Empty if the sample is a moment table.
  var unorderedValues: [Float] { kept?.unordered ?? collected }

  /// The magnitudes of the negative values.
  package var below: TailSums { tails.below }

  /// The magnitudes of the values from zero up.
  package var above: TailSums { tails.above }

  /// The sum of squares of all values.
  public var energy: Double { totals.energy }

  /// The magnitudes of both sides of zero.
  ///
  /// Sorts the values if they are not sorted yet.
  package var tails: SidedTails {
    guard let sealedTails = sealedTails ?? kept?.tails else {
      preconditionFailure("asked before it was sealed")
    }
    return sealedTails
  }

  /// The kept values, if there are so many that two searches among bins take less time than sorting
  /// them; nil otherwise.
  var unsorted: KeptValues? { count > 2 * sortedCapacity ? kept : nil }

  /// The magnitudes of both sides of zero, for sums over all magnitudes of a side.
  ///
  /// Does not sort ``unsorted`` values.
  var totals: SidedTails { unsorted?.bins.tails ?? tails }

  /// The range from the smallest to the largest value, widened to zero; [0, 0] without values.
  public var range: ClippingRange { extrema.range }
}

/// The first index of a range at which a condition holds; the upper bound if it holds nowhere.
///
/// If the condition holds at an index, it must hold at all later ones.
///
/// - Complexity: O(log n).
@inline(__always)
package func partitionPoint(_ range: Range<Int>, where holds: (Int) -> Bool) -> Int {
  var (low, high) = (range.lowerBound, range.upperBound)
  while low < high {
    let middle = low + (high - low) / 2
    if holds(middle) { high = middle } else { low = middle + 1 }
  }
  return low
}
