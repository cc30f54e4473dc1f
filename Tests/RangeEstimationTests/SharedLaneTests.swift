import _TestSupport
import QuantizationCore
import QuantizationKernels
import RangeEstimation
import Testing

/// One long lane, observed by several workers.
@Suite struct SharedLaneTests {
  /// More than is kept, over some octaves of both signs.
  private static let values: [Float] = {
    var random = LinearCongruence(seed: 3)
    return (0...SampleStatistics.exactCapacity).map { _ in
      let bits = random.bits()
      return Float(bitPattern: bits & 0x807f_ffff | (120 + bits >> 8 % 9) << 23)
    }
  }()

  /// Values that are read in pieces, which may fail at one of them.
  private struct Pieces: LaneSource {
    struct Fault: Error, Equatable { let place: Int }

    var range: Range<Int>
    var faults: [Int] = []
    /// Whether only reading from the beginning succeeds, as where no more files may be open.
    var failsInParts = false
    let laneCount = 1

    func shape(ofLane index: Int) -> LaneShape { LaneShape(count: range.count, rowLength: 1) }

    func forEachSpan(
      ofLanes lanes: Range<Int>, _ body: (_ lane: Int, _ values: Span<Float>) throws -> Void
    ) throws {
      for start in stride(from: range.lowerBound, to: range.upperBound, by: Kernels.chunk) {
        let end = min(start + Kernels.chunk, range.upperBound)
        for fault in faults where (start..<end).contains(fault) { throw Fault(place: fault) }
        try body(0, SharedLaneTests.values.span.extracting(start..<end))
      }
    }

    func parts(_ count: Int) throws -> [Pieces] {
      // Of different lengths: the first has one chunk only.
      let edges = [0] + (1..<count).map { $0 * $0 * Kernels.chunk } + [range.upperBound]
      return zip(edges, edges.dropFirst()).map {
        Pieces(range: $0..<$1, faults: failsInParts ? [$0] : faults)
      }
    }
  }

  @Test(
    "the number of workers shows in no answer",
    arguments: ["minmax", "mse", "percentile", "kl", "moving-average-minmax"])
  func workers(rule: String) throws {
    let grid = CodeGrid(.affineUnsigned, bits: try #require(BitWidth(4)))
    let source = Pieces(range: 0..<Self.values.count)
    var alone = Calibration(source)
    let expected = try alone.parameters(of: rule, on: grid)
    for count in [2, 5] {
      var shared = Calibration(source, workers: Workers(count))
      #expect(try shared.parameters(of: rule, on: grid) == expected, "\(count) workers")
    }
  }

  @Test("the error is that of reading the lane from its beginning")
  func fault() throws {
    let count = Self.values.count
    let source = Pieces(range: 0..<count, faults: [count - 1, 3 * Kernels.chunk])
    var shared = Calibration(source, workers: Workers(3))
    let grid = CodeGrid(.affineUnsigned, bits: try #require(BitWidth(4)))
    #expect(throws: Pieces.Fault(place: 3 * Kernels.chunk)) {
      try shared.parameters(of: "mse", on: grid)
    }
  }

  @Test("a lane that cannot be read in parts is read from its beginning")
  func unreadableParts() throws {
    let grid = CodeGrid(.affineUnsigned, bits: try #require(BitWidth(4)))
    let range = 0..<Self.values.count
    var alone = Calibration(Pieces(range: range))
    var shared = Calibration(Pieces(range: range, failsInParts: true), workers: Workers(3))
    #expect(
      try shared.parameters(of: "percentile", on: grid)
        == alone.parameters(of: "percentile", on: grid))
  }
}
