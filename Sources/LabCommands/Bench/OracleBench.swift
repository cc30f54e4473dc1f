internal import Foundation
internal import QuantizationCore
internal import QuantizationKernels
internal import RangeEstimation

/// Measures one pass of moments next to min-max, and the optimum of every bit width after it.
struct OracleBench {
  private let values: [Float]
  private let clock: BenchClock

  init(values: [Float], clock: BenchClock) {
    self.values = values
    self.clock = clock
  }

  func table() throws -> String {
    let sample = Self.sample(of: values.span)
    let times = try clock.medians([
      { precondition(Kernels.extrema(of: values.span).maximum.isFinite) },
      { _ = Self.sample(of: values.span) },
      { Self.solve(sample, .symmetricNarrow) },
      { Self.solve(sample, .affineUnsigned) },
    ])
    let names = [
      "min-max", "moments, sealed", "optimum, 2 to 8 bits, symmetric", "all zero points",
    ]
    let lines = zip(names, times).map { name, time in
      String(
        format: "  %@ %9.2f ms %7.2f x min-max %6.3f x moments",
        name.padding(toLength: 32, withPad: " ", startingAt: 0), time * 1e3, time / times[0],
        time / times[1])
    }
    return (["one pass over \(values.count) values, then the certified optimum"] + lines)
      .joined(separator: "\n")
  }

  /// The sealed statistic of values that are observed in chunks.
  ///
  /// - Parameter capacity: The largest number of values that it keeps exactly.
  static func sample(
    of values: Span<Float>, capacity: Int = SampleStatistics.exactCapacity
  ) -> SampleStatistics {
    var sample = SampleStatistics(
      shape: LaneShape(count: values.count, rowLength: 1), capacity: capacity)
    for start in stride(from: 0, to: values.count, by: Kernels.chunk) {
      sample.observe(values.extracting(start..<min(start + Kernels.chunk, values.count)))
    }
    sample.seal()
    return sample
  }

  /// Finds the optimum of 2 to 8 bits.
  static func solve(_ sample: SampleStatistics, _ family: GridFamily) {
    for bits in (2...8).compactMap(BitWidth.init) {
      let found = LeastSquares.solve(sample, on: CodeGrid(family, bits: bits))
      precondition(found.cost >= found.lowerBound, "the result is used")
    }
  }
}
