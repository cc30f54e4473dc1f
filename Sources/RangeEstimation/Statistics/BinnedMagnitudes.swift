internal import QuantizationKernels

/// The magnitudes of one sign as bins of a moment table: numbers and sums are exact at the edges of
/// bins, and a bin that is cut counts whole, on the side of its mean.
///
/// A bin may be opened: each of its magnitudes is then a bin of its own, and a cut at the right place.
///
/// A bin is less than 2^-11 of its magnitude wide, so a rank is exact and a value off by less than
/// that share. The bin of a magnitude is looked up, not searched: its leading bits are the index.
struct BinnedMagnitudes: Sendable {
  private var bins: [MomentTable.Bin]
  /// The number and the sum of magnitudes in the first k bins.
  private var counts: [Int] = [0]
  private var sums: [Double] = [0]
  /// For each key from `firstKey` on, the first bin with that key or a larger one.
  private var firstBinOfKey: [Int32] = []
  private var firstKey = 0
  /// The sum of all squares, exact but for its rounding to Double.
  private(set) var sumOfSquares = 0.0

  /// Takes the bins in ascending order.
  init(_ bins: [MomentTable.Bin]) {
    self.bins = bins
    counts.reserveCapacity(bins.count + 1)
    sums.reserveCapacity(bins.count + 1)
    firstKey = bins.first.map { MomentTable.key(of: $0.lower) } ?? 0
    for (index, bin) in bins.enumerated() {
      counts.append(counts[index] + bin.count)
      sums.append(sums[index] + Double(bin.count) * bin.mean)
      sumOfSquares += Double(bin.count) * bin.mean * bin.mean + bin.squaredDeviation
      let key = MomentTable.key(of: bin.lower) - firstKey
      while firstBinOfKey.count <= key { firstBinOfKey.append(Int32(index)) }
    }
  }

  /// The number of magnitudes.
  var count: Int { counts[bins.count] }

  /// The sum of all magnitudes.
  var sum: Double { sums[bins.count] }

  /// The magnitudes, each once; nothing where a bin has several.
  var distinctMagnitudes: [Float]? {
    bins.allSatisfy { $0.squaredDeviation == 0 } ? bins.map { Float($0.mean) } : nil
  }

  /// The first bin whose mean is at least `threshold`; the end without one.
  @inline(__always)
  func firstBin(reaching threshold: Double) -> Int {
    let key = MomentTable.key(of: threshold)
    let (bin, end) = (firstBin(ofKey: key), firstBin(ofKey: key + 1))
    guard end - bin > 1 else { return bin < end && bins[bin].mean < threshold ? end : bin }
    return partitionPoint(bin..<end) { bins[$0].mean >= threshold }
  }

  /// The first bin with a key or a larger one; the end without one.
  @inline(__always)
  private func firstBin(ofKey key: Int) -> Int {
    let place = key - firstKey
    guard place > 0 else { return 0 }
    return place < firstBinOfKey.count ? Int(firstBinOfKey[place]) : bins.count
  }

  /// What is not known of the bin that a threshold falls into, times its number of magnitudes.
  struct Cut {
    /// The most by which `E(t - Y)+` can exceed `(t - E Y)+`, its least.
    var shortfall = 0.0
    /// The magnitudes on or above the threshold that count as below, at most.
    var below = 0.0
  }

  /// The cut at a threshold above zero; nothing where it falls between bins or every magnitude of
  /// its bin is the same.
  ///
  /// `E(t - Y)+` of a variable on [lower, upper] with a known mean is largest with all mass on both
  /// ends (Edmundson-Madansky), and with a known variance at most
  /// `(sqrt(v + (t - mean)^2) + t - mean) / 2` (Scarf 1958); the smaller of both holds.
  @inline(__always)
  func cut(at threshold: Double) -> Cut {
    let key = MomentTable.key(of: threshold) - firstKey
    guard key >= 0, key < firstBinOfKey.count else { return Cut() }
    let bin = bins[Int(firstBinOfKey[key])]
    guard bin.squaredDeviation > 0, threshold > bin.lower, threshold <= bin.upper else {
      return Cut()
    }
    let number = Double(bin.count)
    let distance = threshold - bin.mean
    let ends = (threshold - bin.lower) * (bin.upper - bin.mean) / (bin.upper - bin.lower)
    let variance = bin.squaredDeviation / number
    let scarf = ((variance + distance * distance).squareRoot() + distance) / 2
    return Cut(
      shortfall: max(0, number * (min(ends, scarf) - max(distance, 0))),
      below: distance > 0 ? number : 0)
  }

  /// The number of magnitudes with smaller keys than one.
  func count(belowKey key: Int) -> Int { counts[firstBin(ofKey: key)] }

  /// The key of a bin.
  func key(ofBin bin: Int) -> Int { MomentTable.key(of: bins[bin].lower) }

  /// Whether all magnitudes of a bin are its mean.
  func isOneMagnitude(_ bin: Int) -> Bool { bins[bin].squaredDeviation == 0 }

  /// The number of magnitudes in marked bins.
  func count(in cells: MarkedCells) -> Int {
    bins.reduce(0) { cells.contains(MomentTable.key(of: $1.lower)) ? $0 + $1.count : $0 }
  }

  /// The same magnitudes with the marked bins opened.
  ///
  /// - Parameter magnitudes: Those of the marked bins, ascending.
  func opening(_ cells: MarkedCells, _ magnitudes: ArraySlice<Float>) -> BinnedMagnitudes {
    var opened: [MomentTable.Bin] = []
    opened.reserveCapacity(bins.count + magnitudes.count)
    var next = magnitudes.startIndex
    for bin in bins {
      guard cells.contains(MomentTable.key(of: bin.lower)) else {
        opened.append(bin)
        continue
      }
      let end = next + bin.count
      while next < end {
        let first = next
        while next < end, magnitudes[next] == magnitudes[first] { next += 1 }
        opened.append(MomentTable.Bin(magnitude: magnitudes[first], count: next - first))
      }
    }
    return BinnedMagnitudes(opened)
  }

  /// The bin that holds the magnitude of a rank.
  func bin(ofRank rank: Int) -> Int { partitionPoint(0..<bins.count) { counts[$0 + 1] > rank } }

  /// The rank of the smallest magnitude of a bin.
  func firstRank(ofBin bin: Int) -> Int { counts[bin] }

  /// The mean magnitude of a bin.
  func mean(_ bin: Int) -> Double { bins[bin].mean }

  /// The number of magnitudes in each bin, with their mean.
  func forEachBin(_ body: (_ mean: Double, _ count: Int) -> Void) {
    for bin in bins { body(bin.mean, bin.count) }
  }

  /// The sum of the magnitudes in the bins before one.
  func sum(belowBin bin: Int) -> Double { sums[bin] }

  /// The sum of the `rank` smallest magnitudes.
  func sum(below rank: Int) -> Double {
    guard rank < count else { return sum }
    let bin = bin(ofRank: rank)
    return sums[bin] + Double(rank - counts[bin]) * bins[bin].mean
  }
}
