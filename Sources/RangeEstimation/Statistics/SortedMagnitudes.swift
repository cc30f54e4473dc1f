/// The magnitudes of one sign as a view of sorted values, with a running sum for every sixteenth and
/// an index by leading bits.
struct SortedMagnitudes: Sendable {
  /// One running sum is kept for this many values; the rest of a tail is added up when asked.
  private static let spacing = 16

  /// Signed values, sharing storage with the sample.
  private let values: [Float]
  private let range: Range<Int>
  /// Whether magnitudes ascend towards lower indices, as they do below zero.
  private let descending: Bool
  /// `runningSums[k]`: the sum of the `k * spacing` smallest magnitudes.
  private var runningSums: [Double] = [0]
  /// Cells of values for long lanes.
  private var index: RankIndex?

  /// The sum of all magnitudes.
  private(set) var sum = 0.0
  /// The sum of all squares.
  private(set) var sumOfSquares = 0.0

  /// Views the magnitudes of sorted values.
  ///
  /// `descending` for those below zero.
  init(of values: [Float], in range: Range<Int>, descending: Bool) {
    self.values = values
    self.range = range
    self.descending = descending
    runningSums.reserveCapacity(range.count / Self.spacing + 1)
    for index in 0..<range.count {
      let magnitude = self[index]
      sum += magnitude
      sumOfSquares += magnitude * magnitude
      if (index + 1) % Self.spacing == 0 { runningSums.append(sum) }
    }
    index = RankIndex(self)
  }

  /// The number of magnitudes.
  var count: Int { range.count }

  /// The magnitude of rank `index`, ascending from 0.
  @inline(__always)
  subscript(index: Int) -> Double {
    descending
      ? -Double(values[range.upperBound - 1 - index]) : Double(values[range.lowerBound + index])
  }

  /// How many magnitudes are below `threshold`, known to be at least `start`, and their sum.
  @inline(__always)
  func tail(below threshold: Double, from start: Int) -> (rank: Int, sum: Double) {
    // A cell has some eight values, but any number of equal ones.
    let cell = index?.cell(around: threshold)
    guard let cell, cell.ranks.count <= 32 else {
      let rank = partitionPoint(cell?.ranks ?? start..<count) { self[$0] >= threshold }
      return (rank, sum(below: rank))
    }
    var (rank, sum) = (cell.ranks.lowerBound, cell.sum)
    while rank < cell.ranks.upperBound {
      let magnitude = self[rank]
      guard magnitude < threshold else { break }
      sum += magnitude
      rank += 1
    }
    return (rank, sum)
  }

  /// The sum of the `index` smallest magnitudes.
  func sum(below index: Int) -> Double {
    let block = index / Self.spacing
    var total = runningSums[block]
    for rank in (block * Self.spacing)..<index { total += self[rank] }
    return total
  }

  /// The tails of `TailSums.forEachTail`, from one pass over the values instead of a search for
  /// each code.
  @inline(__always)
  func forEachTailByValue(
    scale: Double, limit: Int, _ body: (_ code: Int, _ mass: Double, _ sum: Double) -> Void
  ) {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * (limit + 1)) { table in
      table.initialize(repeating: 0)
      let inverse = 1 / scale
      for index in 0..<count {
        let magnitude = self[index]
        let code = min(Int(magnitude * inverse + 0.5), limit)
        table[2 * code] += 1
        table[2 * code + 1] += magnitude
      }
      // What is in T_j is what has code j or more.
      for code in stride(from: limit - 1, through: 1, by: -1) {
        table[2 * code] += table[2 * code + 2]
        table[2 * code + 1] += table[2 * code + 3]
      }
      for code in 1...limit { body(code, table[2 * code], table[2 * code + 1]) }
    }
  }
}
