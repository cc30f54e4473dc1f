public import QuantizationCore
internal import QuantizationKernels

/// Every value of the lane, sorted once: the exact statistic behind percentiles, histograms and
/// the mean-squared-error search.
///
/// Four bytes a value and half a byte of running sums. What is answered depends on the multiset of
/// values only, so neither batch split nor order can show.
public struct SampleStatistics: LaneStatistics {
  /// The values, ascending once sealed; -0 counts as +0.
  package private(set) var values: [Float] = []
  private var tails: Tails?

  private struct Tails {
    let below: TailSums
    let above: TailSums
  }

  /// A sample of no values.
  public init(shape: LaneShape) { values.reserveCapacity(shape.count) }

  /// The number of values observed.
  public var count: Int { values.count }

  /// Appends a batch.
  public mutating func observe(_ batch: Span<Float>) {
    precondition(tails == nil, "observed after it was sealed")
    batch.withUnsafeBufferPointer { values.append(contentsOf: $0) }
  }

  /// Appends another sample.
  public mutating func merge(_ other: SampleStatistics) {
    precondition(tails == nil, "merged after it was sealed")
    values.append(contentsOf: other.values)
  }

  /// Sorts the values in place and forms the running sums.
  ///
  /// Time O(n), no second copy.
  public mutating func seal() {
    guard tails == nil else { return }
    sortAscending(&values)
    let negatives = partitionPoint(0..<values.count) { values[$0] >= 0 }
    tails = Tails(
      below: TailSums(magnitudesOf: values, in: 0..<negatives, descending: true),
      above: TailSums(magnitudesOf: values, in: negatives..<values.count, descending: false))
  }

  /// The magnitudes of the negative values.
  package var below: TailSums { sealed.below }

  /// The magnitudes of the values from zero up.
  package var above: TailSums { sealed.above }

  /// The sum of squares of all values.
  package var energy: Double { below.sumOfSquares + above.sumOfSquares }

  private var sealed: Tails {
    guard let tails else { preconditionFailure("asked before it was sealed") }
    return tails
  }

  /// The range from smallest to largest, widened to zero; [0, 0] without values.
  public var range: ClippingRange {
    ClippingRange(Double(values.first ?? 0), Double(values.last ?? 0))
  }

  /// The value of rank `index` among all values, ascending.
  package func value(rank index: Int) -> Double { Double(values[index]) }

  /// The value of rank `index` among all magnitudes, ascending.
  ///
  /// Time O(log n).
  package func magnitude(rank index: Int) -> Double {
    // The first `index` magnitudes take `taken` from below zero and the rest from above: the
    // smallest such share whose next magnitude below is not less than the last one from above.
    let (low, high) = (below, above)
    let least = max(0, index - high.count)
    let most = min(index, low.count)
    let taken = partitionPoint(least..<most) { taken in
      index - taken == 0 || low[taken] >= high[index - taken - 1]
    }
    let fromBelow = taken < low.count ? low[taken] : .infinity
    let fromAbove = index - taken < high.count ? high[index - taken] : .infinity
    return min(fromBelow, fromAbove)
  }

  /// The counts of equal bins over [lower, upper]; see `Kernels.countHistogram`.
  package func histogram(
    bins: Int, absolute: Bool, lower: Double, upper: Double
  ) -> [UInt64] {
    var counts = [UInt64](repeating: 0, count: bins)
    Kernels.countHistogram(
      of: values.span, absolute: absolute, lower: lower, upper: upper, into: &counts)
    return counts
  }

  /// The sum of squared errors of a quantizer on exactly these values, measured by the shared kernel.
  package func squaredError(of parameters: QuantizationParameters) -> Double {
    Kernels.measureError(of: values.span, with: parameters).squaredError
  }
}

/// The first index of a range from which on the condition holds; the end where it never does.
///
/// The condition is false, then true, along the range. Time O(log n).
package func partitionPoint(_ range: Range<Int>, where holds: (Int) -> Bool) -> Int {
  var (low, high) = (range.lowerBound, range.upperBound)
  while low < high {
    let middle = low + (high - low) / 2
    if holds(middle) { high = middle } else { low = middle + 1 }
  }
  return low
}
