internal import Foundation
internal import QuantizationCore
internal import QuantizationKernels
internal import RangeEstimation

/// The certified optimum of each group of a large weight, next to the customary grid of a hundred
/// clip values on the same kernel.
struct GroupBench {
  private static let size = 128
  private let values: [Float]
  private let grid: CodeGrid
  private let clock: BenchClock

  init?(values: [Float], clock: BenchClock) {
    guard let bits = BitWidth(4) else { return nil }
    self.values = values
    self.grid = CodeGrid(.symmetricNarrow, bits: bits)
    self.clock = clock
  }

  func table() throws -> String {
    var sink = 0.0
    let times = try clock.medians([
      { sink += minMax() },
      {
        var lane = ShortLane()
        forEachGroup {
          lane.load($0)
          sink += LeastSquares.solve(lane, on: grid).cost
        }
      },
      { sink += hundredPoints() },
    ])
    precondition(sink.isFinite, "the results are used")
    let groups = values.count / Self.size
    let names = ["min-max", "certified optimum", "100-point grid"]
    let lines = zip(names, times).map { name, time in
      String(
        format: "  %@ %8.3f s %8.2f us/group %8.2f x min-max",
        name.padding(toLength: 18, withPad: " ", startingAt: 0), time,
        time / Double(groups) * 1e6, time / times[0])
    }
    return (["\(groups) groups of \(Self.size), \(grid.bits) bits"] + lines)
      .joined(separator: "\n")
  }

  private func forEachGroup(_ body: (Span<Float>) -> Void) {
    for start in stride(from: 0, to: values.count - Self.size + 1, by: Self.size) {
      body(values.span.extracting(start..<start + Self.size))
    }
  }

  private func minMax() -> Double {
    var sum = 0.0
    forEachGroup { sum += Double(Kernels.extrema(of: $0).maximum) }
    return sum
  }

  private func hundredPoints() -> Double {
    var sum = 0.0
    forEachGroup { group in
      let (low, high) = Kernels.extrema(of: group)
      var least = Double.infinity
      for point in 1...100 {
        let share = Double(point) / 100
        let parameters = QuantizationParameters(
          covering: ClippingRange(Double(low) * share, Double(high) * share), on: grid)
        least = min(least, Kernels.measureError(of: group, with: parameters).squaredError)
      }
      sum += least
    }
    return sum
  }
}
