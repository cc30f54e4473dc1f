internal import QuantizationKernels

/// Where in ascending magnitudes those with the same leading bits stand and what those before them
/// add up to, so that a threshold is found among a few values instead of all.
///
/// There is a cell for every exponent and some bits of mantissa over sixteen octaves below the
/// largest magnitude, about one for eight values; what is smaller shares one.
struct RankIndex: Sendable {
  private static let octaves = 16
  /// Fewer values are searched as quickly without.
  private static let leastCount = 2048

  /// The bits of a key that are not looked at.
  private let shift: Int
  private let firstCell: Int
  /// The rank of the first magnitude of each cell from `firstCell` on, and the number of all.
  private var starts: [Int32] = []
  /// The sums of the magnitudes before them.
  private var sums: [Double] = []

  /// Indexes ascending magnitudes; nothing for few.
  ///
  /// Complexity: O(n / 8) searches of a few steps.
  init?(_ magnitudes: SortedMagnitudes) {
    let count = magnitudes.count
    guard count >= Self.leastCount, count <= Int(Int32.max) else { return nil }
    let cells = max(Self.octaves, count / 8)
    shift = max(0, MomentTable.mantissaBits + 4 - (Int.bitWidth - 1 - cells.leadingZeroBitCount))
    let last = MomentTable.key(of: magnitudes[count - 1]) >> shift
    firstCell = max(0, last - Self.octaves << (MomentTable.mantissaBits - shift))
    starts.reserveCapacity(last - firstCell + 2)
    sums.reserveCapacity(last - firstCell + 1)
    var start = 0
    for cell in firstCell...last {
      let lower = MomentTable.lowerEdge(ofKey: cell << shift)
      start = partitionPoint(start..<count) { magnitudes[$0] >= lower }
      starts.append(Int32(start))
      sums.append(magnitudes.sum(below: start))
    }
    starts.append(Int32(count))
  }

  /// The ranks of the magnitudes with the leading bits of a threshold, and the sum of those before;
  /// nothing for a threshold below all cells or above the largest magnitude.
  @inline(__always)
  func cell(around threshold: Double) -> (ranks: Range<Int>, sum: Double)? {
    let cell = MomentTable.key(of: threshold) >> shift - firstCell
    guard sums.indices.contains(cell) else { return nil }
    return (Int(starts[cell])..<Int(starts[cell + 1]), sums[cell])
  }
}
