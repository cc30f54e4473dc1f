internal import Foundation
internal import QuantizationCore
internal import QuantizationKernels
internal import RangeEstimation
internal import ScientificMath

/// Measures how the time of the sample statistic and of the optima of 2 to 8 bits grows with the number
/// of values.
///
/// It measures both forms of the statistic: the table of moments, for streams, and sorted values, for
/// lanes that fit in memory.
struct GrowthBench {
  /// A form of the statistic.
  private struct Storage {
    let name: String
    /// The largest number of values that the statistic keeps exactly.
    let capacity: Int
    /// The largest number of values that is measured.
    let limit: Int
  }

  private static let storages = [
    Storage(name: "moments", capacity: 0, limit: .max),
    Storage(
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
    try (["growth, nanoseconds a value"] + Self.storages.map(lines(of:))).joined(separator: "\n")
  }

  /// Times prefixes of 10⁴, 10⁵ and more values, one output line each, and fits a straight line to the times.
  private func lines(of storage: Storage) throws -> String {
    let sizes = (4...8).map { Int(pow(10, Double($0))) }
      .filter { $0 <= min(values.count, storage.limit) }
    var (lines, points) = ([String](), [(x: Double, y: Double)]())
    for size in sizes {
      let prefix = Array(values.prefix(size))
      let repeats = max(1, 1_000_000 / size)
      let times = try clock.medians([
        {
          for _ in 0..<repeats { precondition(Kernels.extrema(of: prefix.span).maximum.isFinite) }
        },
        {
          for _ in 0..<repeats {
            _ = OracleBench.sample(of: prefix.span, capacity: storage.capacity)
          }
        },
        {
          for _ in 0..<repeats {
            let sample = OracleBench.sample(of: prefix.span, capacity: storage.capacity)
            OracleBench.solve(sample, .symmetricNarrow)
          }
        },
      ]).map { $0 / Double(repeats) }
      points.append((Double(size), times[2]))
      let each = times.map { $0 / Double(size) * 1e9 }
      lines.append(
        String(
          format: "  %@ %10d values: min-max %6.3f, statistic %7.2f, with optima %7.2f",
          storage.name.padding(toLength: 7, withPad: " ", startingAt: 0), size, each[0], each[1],
          each[2]))
    }
    guard points.count > 2 else { return lines.joined(separator: "\n") }
    let line = try StraightLine(fitting: points)
    let furthest = points.map { abs(line.value(at: $0.x) / $0.y - 1) }.max() ?? 0
    let fit = String(
      format: "  %@ with optima: %.2f ms and %.2f ns a value, a line to %.0f %%", storage.name,
      line.intercept * 1e3, line.slope * 1e9, furthest * 100)
    return (lines + [fit]).joined(separator: "\n")
  }
}
