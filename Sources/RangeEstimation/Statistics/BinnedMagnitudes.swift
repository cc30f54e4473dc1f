internal import QuantizationKernels

/// The magnitudes of the values of one sign, in the bins of a moment table.
///
/// The count and the sum of the magnitudes below a threshold are exact if the threshold lies on the
/// edge of a bin. If it lies inside a bin, the whole bin counts as below or above, as its mean
/// does.
///
/// A bin can be opened: then each of its different magnitudes becomes a bin, and thresholds inside it
/// are exact as well.
///
/// A bin is narrower than 2^-11 of its magnitudes, so a magnitude of a given rank is known to that
/// relative error. The leading bits of a magnitude are the key of its bin, so the bin is found in O(1).
struct BinnedMagnitudes: Sendable {
  private var bins: [MomentTable.Bin]
  /// `counts[k]` and `sums[k]`: the number and the sum of the magnitudes in the first k bins.
  private var counts: [Int] = [0]
  private var sums: [Double] = [0]
  /// `firstBinOfKey[k]`: the index of the first bin whose key is at least `firstKey + k`.
  private var firstBinOfKey: [Int32] = []
  private var firstKey = 0
  /// The sum of the squares of all magnitudes, up to rounding in Double.
  private(set) var sumOfSquares = 0.0

  /// Creates the magnitudes from bins in ascending order.
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

  /// The different magnitudes, ascending; nil if a bin has several.
  var distinctMagnitudes: [Float]? {
    bins.allSatisfy { $0.squaredDeviation == 0 } ? bins.map { Float($0.mean) } : nil
  }

  /// The index of the first bin whose mean is at least `threshold`; the number of bins if there is
  /// none.
  @inline(__always)
  func firstBin(reaching threshold: Double) -> Int {
    let key = MomentTable.key(of: threshold)
    let (bin, end) = (firstBin(ofKey: key), firstBin(ofKey: key + 1))
    guard end - bin > 1 else { return bin < end && bins[bin].mean < threshold ? end : bin }
    return partitionPoint(bin..<end) { bins[$0].mean >= threshold }
  }

  /// The index of the first bin whose key is at least `key`; the number of bins if there is none.
  @inline(__always)
  private func firstBin(ofKey key: Int) -> Int {
    let place = key - firstKey
    guard place > 0 else { return 0 }
    return place < firstBinOfKey.count ? Int(firstBinOfKey[place]) : bins.count
  }

  /// Bounds of the errors that a threshold t inside a bin causes.
  ///
  /// Y is a magnitude of that bin, E the mean over the bin.
  struct Cut {
    /// The number of magnitudes of the bin, times an upper bound of `E (t - Y)+ - (t - E Y)+`.
    ///
    /// The difference is never negative.
    var shortfall = 0.0
    /// An upper bound of the number of magnitudes that are at least t, but count as below it.
    var below = 0.0
  }

  /// The bounds for a threshold above zero; zeros if it lies between bins, or if all magnitudes of its
  /// bin are equal.
  ///
  /// Two upper bounds of `E (t - Y)+` hold for a variable on [lower, upper]; the smaller one is used.
  /// With a known mean it is largest if all mass lies on both ends (Edmundson-Madansky). With a known
  /// variance v it is at most `(sqrt(v + (t - mean)^2) + t - mean) / 2` (Scarf 1958).
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

  /// The number of magnitudes whose keys are smaller than `key`.
  func count(belowKey key: Int) -> Int { counts[firstBin(ofKey: key)] }

  /// The key of a bin.
  func key(ofBin bin: Int) -> Int { MomentTable.key(of: bins[bin].lower) }

  /// Whether all magnitudes of a bin are equal.
  func isOneMagnitude(_ bin: Int) -> Bool { bins[bin].squaredDeviation == 0 }

  /// The number of magnitudes in marked bins.
  func count(in cells: MarkedCells) -> Int {
    bins.reduce(0) { cells.contains(MomentTable.key(of: $1.lower)) ? $0 + $1.count : $0 }
  }

  /// The same magnitudes with the marked bins opened.
  ///
  /// - Parameter magnitudes: All magnitudes of the marked bins, ascending.
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

  /// Calls `body` with the mean and the number of the magnitudes of each bin, ascending.
  func forEachBin(_ body: (_ mean: Double, _ count: Int) -> Void) {
    for bin in bins { body(bin.mean, bin.count) }
  }

  /// The sum of the magnitudes in all bins before `bin`.
  func sum(belowBin bin: Int) -> Double { sums[bin] }

  /// The sum of the `rank` smallest magnitudes; those of a bin count with its mean.
  func sum(below rank: Int) -> Double {
    guard rank < count else { return sum }
    let bin = bin(ofRank: rank)
    return sums[bin] + Double(rank - counts[bin]) * bins[bin].mean
  }
}
