internal import Foundation
internal import QuantizationCore
internal import QuantizationKernels
internal import RangeEstimation

/// What one pass of moments costs next to min-max, and the optimum of every bit width after it; and
/// how both grow with the number of values.
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

  /// Nanoseconds a value at every power of ten, as far as the array reaches.
  func growth() throws -> String {
    let sizes = (4...8).map { Int(pow(10, Double($0))) }.filter { $0 <= values.count }
    let lines = try sizes.map { size -> String in
      let part = Array(values.prefix(size))
      let repeats = max(1, 1_000_000 / size)
      let times = try clock.medians([
        { for _ in 0..<repeats { precondition(Kernels.extrema(of: part.span).maximum.isFinite) } },
        { for _ in 0..<repeats { _ = Self.sample(of: part.span) } },
        { for _ in 0..<repeats { Self.solve(Self.sample(of: part.span), .symmetricNarrow) } },
      ])
      let each = times.map { $0 / Double(repeats) / Double(size) * 1e9 }
      return String(
        format: "  %10d values: min-max %6.3f, statistic %6.2f, with optima of 2 to 8 bits %7.2f",
        size, each[0], each[1], each[2])
    }
    return (["growth, nanoseconds a value"] + lines).joined(separator: "\n")
  }

  private static func sample(of values: Span<Float>) -> SampleStatistics {
    var sample = SampleStatistics(shape: LaneShape(count: values.count, rowLength: 1))
    for start in stride(from: 0, to: values.count, by: Kernels.chunk) {
      sample.observe(values.extracting(start..<min(start + Kernels.chunk, values.count)))
    }
    sample.seal()
    return sample
  }

  private static func solve(_ sample: SampleStatistics, _ family: GridFamily) {
    for bits in (2...8).compactMap(BitWidth.init) {
      let found = LeastSquares.solve(sample, on: CodeGrid(family, bits: bits))
      precondition(found.cost >= found.lowerBound, "the result is used")
    }
  }
}
