import RangeEstimation
import Testing

/// Up to its capacity a sample keeps every value, beyond it only a table.
@Suite struct SampleCapacityTests {
  private static let capacity = 8

  /// A sample of a lane announced with a length, which has observed these batches.
  private func sample(announced: Int, _ batches: [Float]...) -> SampleStatistics {
    var sample = SampleStatistics(
      shape: LaneShape(count: announced, rowLength: 1), capacity: Self.capacity)
    for batch in batches { sample.observe(batch.span) }
    return sample
  }

  private func ramp(_ count: Int) -> [Float] { (0..<count).map { Float($0) - 3 } }

  @Test("the last value that fits is kept, one more is not", arguments: 7...9)
  func observed(count: Int) {
    let values = ramp(count)
    for announced in [0, count] {
      for split in [1, count - 1, count] {
        let found = sample(announced: announced, Array(values[..<split]), Array(values[split...]))
        #expect(found.isExact == (count <= Self.capacity), "\(announced), \(split)")
        #expect(found.count == count)
      }
    }
  }

  @Test("a lane announced as longer than fits is a table from the start")
  func announced() {
    #expect(sample(announced: 8, [1]).isExact)
    #expect(!sample(announced: 9, [1]).isExact)
  }

  @Test(
    "merged samples have all values of both, whichever of them are tables",
    arguments: [(4, 4), (4, 5), (9, 3), (3, 9), (9, 10)])
  func merged(first: Int, second: Int) {
    let (left, right) = (ramp(first), ramp(second).map { $0 + 0.5 })
    var found = sample(announced: first, left)
    found.merge(sample(announced: second, right))
    found.seal()
    #expect(found.isExact == (first + second <= Self.capacity))
    // All of these are whole or halves, which the bins of a table hold apart.
    let sorted = (left + right).map(Double.init).sorted()
    #expect(sorted.indices.map { found.value(rank: $0) } == sorted)
    #expect(found.energy == sorted.reduce(0) { $0 + $1 * $1 })
  }
}
