import ScientificMath
import Testing

@Suite("Histogram")
struct HistogramTests {
  @Test("Edges divide the range evenly and end exactly at its ends")
  func edges() throws {
    let histogram = try Histogram(bins: 4, lower: -1, upper: 1)
    #expect(histogram.bins == 4)
    #expect(histogram.edges == [-1, -0.5, 0, 0.5, 1])
    #expect(try histogram.lowerEdge(of: 1) == -0.5)
    #expect(try histogram.upperEdge(of: 1) == 0)
    #expect(histogram.counts == [0, 0, 0, 0])
  }

  @Test("There are no edges of bins that do not exist", arguments: [-1, 4])
  func missingBin(bin: Int) throws {
    let histogram = try Histogram(bins: 4, lower: -1, upper: 1)
    #expect(throws: GSLError.self) { try histogram.lowerEdge(of: bin) }
    #expect(throws: GSLError.self) { try histogram.upperEdge(of: bin) }
  }

  @Test(
    "Bins are half open: a lower edge belongs to its bin, the upper end to none",
    arguments: [
      (-1.0, 0), (-0.5, 1), (-0.51, 0), (0.999, 3), (1, nil), (-1.001, nil), (.nan, nil),
      (.infinity, nil), (-.infinity, nil),
    ] as [(Double, Int?)])
  func find(value: Double, bin: Int?) throws {
    #expect(try Histogram(bins: 4, lower: -1, upper: 1).index(of: value) == bin)
  }

  @Test("Counts handed over in bulk come back, with their moments")
  func bulkCounts() throws {
    let histogram = try Histogram(counts: [1, 0, 0, 3], lower: 0, upper: 4)
    #expect(histogram.counts == [1, 0, 0, 3])
    #expect(histogram.sum == 4)
    // Centers 0.5 and 3.5 with weights 1/4 and 3/4: exact but for the running division.
    #expect(abs(histogram.mean - 2.75) <= 4 * Double.ulpOfOne)
    #expect(abs(histogram.sigma - 1.6875.squareRoot()) <= 4 * Double.ulpOfOne)
  }

  @Test("The mean of nothing is 0")
  func empty() throws {
    let histogram = try Histogram(bins: 2, lower: 1, upper: 3)
    #expect(histogram.sum == 0)
    #expect(histogram.mean == 0)
  }

  @Test("Adding merges counts and leaves copies alone")
  func merge() throws {
    var first = try Histogram(counts: [1, 2], lower: 0, upper: 1)
    let copy = first
    let second = try Histogram(counts: [10, 20], lower: 0, upper: 1)
    try first.add(second)
    #expect(first.counts == [11, 22])
    #expect(copy.counts == [1, 2])
    #expect(second.counts == [10, 20])
  }

  @Test("A histogram can be added to itself")
  func mergeWithItself() throws {
    var histogram = try Histogram(counts: [1, 2], lower: 0, upper: 1)
    let same = histogram
    try histogram.add(same)
    #expect(histogram.counts == [2, 4])
  }

  @Test("Histograms over different bins do not merge")
  func mergeOfDifferentEdges() throws {
    var first = try Histogram(bins: 2, lower: 0, upper: 1)
    let wider = try Histogram(bins: 2, lower: 0, upper: 2)
    let finer = try Histogram(bins: 3, lower: 0, upper: 1)
    #expect(throws: GSLError.self) { try first.add(wider) }
    #expect(throws: GSLError.self) { try first.add(finer) }
    #expect(first.counts == [0, 0])
  }

  @Test(
    "What is no range is refused",
    arguments: [
      (0, 0.0, 1.0), (-1, 0, 1), (4, 1, 1), (4, 2, 1), (4, .nan, 1), (4, 0, .infinity),
      // Four bins need five edges; between 1 and its successor there is none.
      (4, 1, 1.0.nextUp),
    ])
  func badRange(bins: Int, lower: Double, upper: Double) {
    #expect(throws: GSLError.self) { try Histogram(bins: bins, lower: lower, upper: upper) }
  }

  @Test("What is no count is refused", arguments: [-1, .nan, .infinity])
  func badCount(count: Double) {
    #expect(throws: GSLError.self) { try Histogram(counts: [1, count], lower: 0, upper: 1) }
  }
}
