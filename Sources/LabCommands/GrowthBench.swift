internal import Foundation
internal import QuantizationCore
internal import QuantizationKernels
internal import RangeEstimation
internal import ScientificMath

/// How the time of a statistic, with the optima of 2 to 8 bits after it, grows with the number of
/// values: of the table of moments, which streams keep, and of sorted values, which lanes that fit are
/// kept as.
struct GrowthBench {
  private struct Way {
    let name: String
    /// How many values are kept as they are.
    let capacity: Int
    /// The largest number of values it is used for.
    let limit: Int
  }

  private static let ways = [
    Way(name: "moments", capacity: 0, limit: .max),
    Way(
      name: "sorted", capacity: SampleStatistics.exactCapacity,
      limit: SampleStatistics.exactCapacity),
  ]

  private let values: [Float]
  private let clock: BenchClock

  init(values: [Float], clock: BenchClock) {
    self.values = values
    self.clock = clock
  }

  func table() throws -> String {
    try (["growth, nanoseconds a value"] + Self.ways.map(lines(of:))).joined(separator: "\n")
  }

  /// A line for every power of ten, as far as array and way reach, and what they are a line of.
  private func lines(of way: Way) throws -> String {
    let sizes = (4...8).map { Int(pow(10, Double($0))) }
      .filter { $0 <= min(values.count, way.limit) }
    var (lines, points) = ([String](), [(x: Double, y: Double)]())
    for size in sizes {
      let part = Array(values.prefix(size))
      let repeats = max(1, 1_000_000 / size)
      let times = try clock.medians([
        { for _ in 0..<repeats { precondition(Kernels.extrema(of: part.span).maximum.isFinite) } },
        { for _ in 0..<repeats { _ = OracleBench.sample(of: part.span, capacity: way.capacity) } },
        {
          for _ in 0..<repeats {
            let sample = OracleBench.sample(of: part.span, capacity: way.capacity)
            OracleBench.solve(sample, .symmetricNarrow)
          }
        },
      ]).map { $0 / Double(repeats) }
      points.append((Double(size), times[2]))
      let each = times.map { $0 / Double(size) * 1e9 }
      lines.append(
        String(
          format: "  %@ %10d values: min-max %6.3f, statistic %7.2f, with optima %7.2f",
          way.name.padding(toLength: 7, withPad: " ", startingAt: 0), size, each[0], each[1],
          each[2]))
    }
    guard points.count > 2 else { return lines.joined(separator: "\n") }
    let line = try StraightLine(fitting: points)
    let furthest = points.map { abs(line.value(at: $0.x) / $0.y - 1) }.max() ?? 0
    let fit = String(
      format: "  %@ with optima: %.2f ms and %.2f ns a value, a line to %.0f %%", way.name,
      line.intercept * 1e3, line.slope * 1e9, furthest * 100)
    return (lines + [fit]).joined(separator: "\n")
  }
}
