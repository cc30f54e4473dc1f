/// The magnitudes of one sign, ascending, with running sums: counts and sums of any tail in
/// O(log n).
package struct TailSums: Sendable {
  /// One running sum is kept for this many values; the rest of a tail is added up when asked.
  private static let spacing = 16

  /// Signed values, sharing storage with the sample.
  private let values: [Float]
  private let range: Range<Int>
  /// Whether magnitudes ascend towards lower indices, as they do below zero.
  private let descending: Bool
  /// `runningSums[k]`: the sum of the `k * spacing` smallest magnitudes.
  private var runningSums: [Double] = [0]

  /// The sum of all magnitudes.
  package private(set) var sum = 0.0
  /// The sum of all squares.
  package private(set) var sumOfSquares = 0.0

  /// Views the magnitudes of sorted values.
  ///
  /// `descending` for those below zero.
  init(magnitudesOf values: [Float], in range: Range<Int>, descending: Bool) {
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
  }

  /// The number of magnitudes.
  package var count: Int { range.count }

  /// The largest magnitude; 0 without any.
  package var maximum: Double { count == 0 ? 0 : self[count - 1] }

  /// The magnitude of rank `index`, ascending from 0.
  package subscript(index: Int) -> Double {
    descending
      ? -Double(values[range.upperBound - 1 - index]) : Double(values[range.lowerBound + index])
  }

  /// The sum of the `index` smallest magnitudes.
  package func sum(below index: Int) -> Double {
    let block = index / Self.spacing
    var total = runningSums[block]
    for rank in (block * Self.spacing)..<index { total += self[rank] }
    return total
  }

  /// The number of magnitudes below `threshold`, known to be at least `start`.
  package func rank(of threshold: Double, from start: Int = 0) -> Int {
    partitionPoint(start..<count) { self[$0] >= threshold }
  }

  /// Visits the tails `T_j = { y >= (j - 1/2) scale }` for j = 1...codes, as long as they are not
  /// empty, each with the number and the sum of its magnitudes.
  ///
  /// Complexity: O(codes log n), or O(n + codes) for lanes shorter than the codes are many.
  @inline(__always)
  package func forEachTail(
    scale: Double, codes: Int, _ body: (_ code: Int, _ count: Int, _ sum: Double) -> Void
  ) {
    // No value reaches a code beyond this one.
    let reached = maximum / scale + 0.5
    let limit = reached < Double(codes) ? Int(reached) : codes
    guard limit > 0 else { return }
    guard count < 4 * limit else {
      var start = 0
      for code in 1...limit {
        start = rank(of: (Double(code) - 0.5) * scale, from: start)
        body(code, count - start, sum - sum(below: start))
      }
      return
    }
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
      for code in 1...limit { body(code, Int(table[2 * code]), table[2 * code + 1]) }
    }
  }
}
