internal import QuantizationKernels

/// The magnitudes of one sign: a view of sorted values, with the running sum at every sixteenth
/// value.
///
/// Long lanes also have an index by leading bits, which shortens searches.
struct SortedMagnitudes: Sendable {
  /// The signed values of both sides of zero, ascending; the storage is shared with the sample.
  private let values: [Float]
  private let range: Range<Int>
  /// Whether magnitudes grow towards lower indices, as those of values below zero do.
  private let descending: Bool
  /// `runningSums[k]`: the sum of the `k * Kernels.tailRun` smallest magnitudes.
  ///
  /// Sums in between are computed when needed.
  private var runningSums: [Double] = [0]
  /// The index by leading bits; nil for short lanes.
  private var cells: MagnitudeCells?

  /// The sum of all magnitudes.
  private(set) var sum = 0.0
  /// The sum of all squares.
  private(set) var sumOfSquares = 0.0

  /// Creates a view of a part of sorted values.
  ///
  /// - Parameters:
  ///   - range: The indices of the values of one sign.
  ///   - descending: Whether these are the values below zero.
  /// - Complexity: O(n).
  init(of values: [Float], in range: Range<Int>, descending: Bool) {
    self.values = values
    self.range = range
    self.descending = descending
    runningSums.reserveCapacity(range.count / Kernels.tailRun + 1)
    for index in 0..<range.count {
      let magnitude = self[index]
      sum += magnitude
      sumOfSquares += magnitude * magnitude
      if (index + 1) % Kernels.tailRun == 0 { runningSums.append(sum) }
    }
    cells = MagnitudeCells(self)
  }

  /// The number of magnitudes.
  var count: Int { range.count }

  /// The magnitude of rank `index`, ascending from 0.
  @inline(__always)
  subscript(index: Int) -> Double {
    descending
      ? -Double(values[range.upperBound - 1 - index]) : Double(values[range.lowerBound + index])
  }

  /// The sum of the `index` smallest magnitudes.
  func sum(below index: Int) -> Double {
    let block = index / Kernels.tailRun
    var total = runningSums[block]
    for rank in (block * Kernels.tailRun)..<index { total += self[rank] }
    return total
  }

  /// ``TailSums/forEachTail(scale:codes:_:)`` with a search among the sorted values for each code.
  ///
  /// - Complexity: O(limit log n).
  @inline(__always)
  func forEachTailByRank(
    scale: Double, limit: Int, _ body: (_ code: Int, _ mass: Double, _ sum: Double) -> Void
  ) {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * limit) { below in
      below.initialize(repeating: 0)
      Kernels.tails(
        of: values.span.extracting(range), descending: descending, runningSums: runningSums.span,
        cells: cells, scale: scale, into: below)
      for code in 1...limit {
        body(code, Double(count) - below[2 * code - 2], sum - below[2 * code - 1])
      }
    }
  }

  /// ``TailSums/forEachTail(scale:codes:_:)`` with one pass over the values, not a search for each
  /// code.
  ///
  /// - Complexity: O(n + limit).
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
      // The tail of code j consists of the values with code j or more.
      for code in stride(from: limit - 1, through: 1, by: -1) {
        table[2 * code] += table[2 * code + 2]
        table[2 * code + 1] += table[2 * code + 3]
      }
      for code in 1...limit { body(code, table[2 * code], table[2 * code + 1]) }
    }
  }
}

extension MagnitudeCells {
  /// The number of octaves below the largest magnitude that have cells.
  ///
  /// Smaller magnitudes share one.
  private static let octaves = 16
  /// The smallest number of values for which cells make searches faster.
  private static let leastCount = 2048

  /// Creates a cell for each value of the exponent and of some leading bits of the mantissa, about one
  /// for two magnitudes; nil for few magnitudes.
  ///
  /// - Complexity: O(n).
  fileprivate init?(_ magnitudes: SortedMagnitudes) {
    let count = magnitudes.count
    guard count >= Self.leastCount, count <= Int(Int32.max) else { return nil }
    let each = count / 2 / Self.octaves
    let mantissaBits = Int.bitWidth - 1 - each.leadingZeroBitCount
    let shift = Double.significandBitCount - mantissaBits
    func cell(_ magnitude: Double) -> Int { Int(magnitude.bitPattern >> UInt64(shift)) }
    let last = cell(magnitudes[count - 1])
    let first = max(0, last - Self.octaves << mantissaBits)
    var starts: [Int32] = []
    starts.reserveCapacity(last - first + 2)
    for rank in 0..<count {
      let place = cell(magnitudes[rank]) - first
      while starts.count <= place { starts.append(Int32(rank)) }
    }
    starts.append(Int32(count))
    self.init(shift: shift, firstCell: first, starts: starts)
  }
}
