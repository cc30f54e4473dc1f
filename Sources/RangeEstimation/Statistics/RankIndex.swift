internal import QuantizationKernels

/// Where in ascending magnitudes those with the same leading bits stand, so that a search for a
/// rank begins among a few values instead of all.
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

  /// Indexes ascending magnitudes, of which a few thousand are looked at; nothing for few.
  init?(count: Int, _ magnitude: (Int) -> Double) {
    guard count >= Self.leastCount, count <= Int(Int32.max) else { return nil }
    let cells = max(Self.octaves, count / 8)
    shift = max(0, MomentTable.mantissaBits + 4 - (Int.bitWidth - 1 - cells.leadingZeroBitCount))
    let last = MomentTable.key(of: magnitude(count - 1)) >> shift
    firstCell = max(0, last - Self.octaves << (MomentTable.mantissaBits - shift))
    starts.reserveCapacity(last - firstCell + 2)
    var start = 0
    for cell in firstCell...last {
      let lower = MomentTable.lowerEdge(ofKey: cell << shift)
      start = partitionPoint(start..<count) { magnitude($0) >= lower }
      starts.append(Int32(start))
    }
    starts.append(Int32(count))
  }

  /// Ranks such that all magnitudes before them are below a threshold and none after them is.
  @inline(__always)
  func ranks(around threshold: Double) -> Range<Int> {
    let cell = MomentTable.key(of: threshold) >> shift - firstCell
    guard cell >= 0 else { return 0..<Int(starts[0]) }
    guard cell < starts.count - 1 else {
      return Int(starts[starts.count - 1])..<Int(starts[starts.count - 1])
    }
    return Int(starts[cell])..<Int(starts[cell + 1])
  }
}
