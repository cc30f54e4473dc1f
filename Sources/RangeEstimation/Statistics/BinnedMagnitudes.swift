internal import QuantizationKernels

/// The magnitudes of one sign as bins of a moment table: numbers and sums are exact at the edges of
/// bins, and a bin that is cut counts whole, on the side of its mean.
///
/// A bin is less than 2^-11 of its magnitude wide, so a rank is exact and a value off by less than
/// that share.
struct BinnedMagnitudes: Sendable {
  private var means: [Double] = []
  /// The number and the sum of magnitudes in the first k bins.
  private var counts: [Int] = [0]
  private var sums: [Double] = [0]
  /// The sum of all squares, exact but for its rounding to Double.
  private(set) var sumOfSquares = 0.0

  /// Takes the bins in ascending order.
  init(_ bins: [MomentTable.Bin]) {
    means.reserveCapacity(bins.count)
    counts.reserveCapacity(bins.count + 1)
    sums.reserveCapacity(bins.count + 1)
    for (index, bin) in bins.enumerated() {
      means.append(bin.mean)
      counts.append(counts[index] + bin.count)
      sums.append(sums[index] + Double(bin.count) * bin.mean)
      sumOfSquares += Double(bin.count) * bin.mean * bin.mean + bin.squaredDeviation
    }
  }

  /// The number of magnitudes.
  var count: Int { counts[means.count] }

  /// The sum of all magnitudes.
  var sum: Double { sums[means.count] }

  /// The first bin, from `start` on, whose mean is at least `threshold`; the end without one.
  func firstBin(from start: Int, reaching threshold: Double) -> Int {
    partitionPoint(start..<means.count) { means[$0] >= threshold }
  }

  /// The bin that holds the magnitude of a rank.
  func bin(ofRank rank: Int) -> Int { partitionPoint(0..<means.count) { counts[$0 + 1] > rank } }

  /// The rank of the smallest magnitude of a bin.
  func firstRank(ofBin bin: Int) -> Int { counts[bin] }

  /// The mean magnitude of a bin.
  func mean(_ bin: Int) -> Double { means[bin] }

  /// The number of magnitudes in each bin, with their mean.
  func forEachBin(_ body: (_ mean: Double, _ count: Int) -> Void) {
    for bin in means.indices { body(means[bin], counts[bin + 1] - counts[bin]) }
  }

  /// The sum of the magnitudes in the bins before one.
  func sum(belowBin bin: Int) -> Double { sums[bin] }

  /// The sum of the `rank` smallest magnitudes.
  func sum(below rank: Int) -> Double {
    guard rank < count else { return sum }
    let bin = bin(ofRank: rank)
    return sums[bin] + Double(rank - counts[bin]) * means[bin]
  }
}
