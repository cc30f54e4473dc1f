internal import Foundation
internal import QuantizationCore
internal import QuantizationKernels
internal import RangeEstimation

/// Measures the certified optimum of each group of a large weight, on the symmetric grid and over
/// all zero points, next to the usual grid of a hundred clip values on the same kernel.
struct GroupBench {
  private static let size = 128
  /// The search over all zero points takes longer, so it is measured on one of so many groups.
  private static let spacing = 16

  private let values: [Float]
  private let grid: CodeGrid
  private let affine: [CodeGrid]
  private let clock: BenchClock

  init?(values: [Float], clock: BenchClock) {
    guard let bits = BitWidth(4) else { return nil }
    self.values = values
    self.grid = CodeGrid(.symmetricNarrow, bits: bits)
    affine = [4, 6, 8].compactMap(BitWidth.init).map { CodeGrid(.affineUnsigned, bits: $0) }
    self.clock = clock
  }

  func table() throws -> String {
    var sink = 0.0
    var rows: [(name: String, spacing: Int, body: () -> Void)] = [
      ("min-max", 1, { sink += minMax() }),
      ("certified optimum", 1, { sink += optima(on: grid, every: 1) }),
      ("100-point grid", 1, { sink += hundredPoints() }),
    ]
    for grid in affine {
      rows.append(
        (
          "all zero points, \(grid.bits) bits", Self.spacing,
          { sink += optima(on: grid, every: Self.spacing) }
        ))
    }
    let times = try clock.medians(rows.map(\.body))
    precondition(sink.isFinite, "the results are used")
    let groups = values.count / Self.size
    let lines = zip(rows, times).map { row, time in
      let each = time / Double((groups + row.spacing - 1) / row.spacing)
      return String(
        format: "  %@ %8.3f s %8.2f us/group %8.2f x min-max",
        row.name.padding(toLength: 24, withPad: " ", startingAt: 0), time, each * 1e6,
        each / times[0] * Double(groups))
    }
    return (["\(groups) groups of \(Self.size), \(grid.bits) bits"] + lines)
      .joined(separator: "\n")
  }

  /// The sum of the least errors of every n-th group.
  private func optima(on grid: CodeGrid, every groups: Int) -> Double {
    var lane = ShortLane()
    var sum = 0.0
    forEachGroup(every: groups) {
      lane.load($0)
      sum += LeastSquares.solve(lane, on: grid).cost
    }
    return sum
  }

  private func forEachGroup(every groups: Int = 1, _ body: (Span<Float>) -> Void) {
    for start in stride(from: 0, to: values.count - Self.size + 1, by: Self.size * groups) {
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
