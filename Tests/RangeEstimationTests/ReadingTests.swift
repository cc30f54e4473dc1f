import QuantizationCore
import RangeEstimation
import ScientificMath
import Synchronization
import Testing

/// How often a tensor is read.
@Suite struct ReadingTests {
  /// A tensor of one lane that counts the values it gives.
  private struct CountedLanes: LaneSource {
    final class Counter: Sendable {
      let values = Mutex(0)
    }

    let base: TensorLanes
    let counter = Counter()
    var laneCount: Int { 1 }

    func shape(ofLane index: Int) -> LaneShape { base.shape(ofLane: index) }

    func forEachSpan(
      ofLanes lanes: Range<Int>, _ body: (_ lane: Int, _ values: Span<Float>) throws -> Void
    ) throws {
      try base.forEachSpan(ofLanes: lanes) { lane, values in
        counter.values.withLock { $0 += values.count }
        try body(lane, values)
      }
    }

    func read() -> Int {
      counter.values.withLock { values in
        defer { values = 0 }
        return values
      }
    }
  }

  private func lanes(_ count: Int) throws -> CountedLanes {
    var samples = try TestSamples(seed: 4)
    let values = try samples.draw(count, from: .laplace())
    let partition = try #require(LanePartition(shape: [count], granularity: .tensor))
    return CountedLanes(base: TensorLanes(values: values, partition: partition))
  }

  @Test(
    "statistics of several rules are read at once, and all choices are measured at once",
    arguments: [1, 2, 5])
  func once(workers: Int) throws {
    // More values than are kept as they are: then shares of them are observed apart.
    let count = SampleStatistics.exactCapacity + 100_003
    let source = try lanes(count)
    var calibration = Calibration(source, workers: Workers(workers))
    let types: [any LaneStatistics.Type] = [
      SampleStatistics.self, ExtremaStatistics.self, BatchStatistics.self, SampleStatistics.self,
    ]
    let seconds = try calibration.prepare(types)
    #expect(source.read() == count)
    #expect(seconds.count == 3 && seconds.values.allSatisfy { $0 > 0 })
    #expect(try calibration.prepare(types).isEmpty && source.read() == 0)
    let grid = try #require(CodeGrid("int4-narrow"))
    let choices = try ["minmax", "percentile", "k-sigma", "mse"].map {
      try calibration.parameters(of: $0, on: grid)
    }
    #expect(source.read() == 0)
    var fed = 0
    let sums = try calibration.errors(with: choices) { fed += $0.count }
    #expect(source.read() == count && fed == count)
    #expect(try calibration.errors(with: choices) == sums && source.read() == count)
    // One by one and by one worker they are the same, bit for bit.
    let alone = Calibration(source)
    #expect(try choices.map { try alone.error(with: $0) } == sums)
  }

  @Test("statistics that were read together are those read alone")
  func together() throws {
    let count = SampleStatistics.exactCapacity + 7
    let source = try lanes(count)
    let grid = try #require(CodeGrid("uint4-affine"))
    for workers in [1, 3] {
      var together = Calibration(source, workers: Workers(workers))
      _ = try together.prepare([
        BatchStatistics.self, SampleStatistics.self, ExtremaStatistics.self,
      ])
      for rule in ["minmax", "percentile", "mse", "moving-average-minmax"] {
        var alone = Calibration(source)
        #expect(
          try together.parameters(of: rule, on: grid) == alone.parameters(of: rule, on: grid),
          "\(rule), \(workers) workers")
      }
    }
  }
}
