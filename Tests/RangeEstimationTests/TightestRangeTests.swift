import _TestSupport
import QuantizationCore
import QuantizationKernels
import RangeEstimation
import Testing

/// Of quantizers with equal error, the tightest range that covers the values.
@Suite struct TightestRangeTests {
  /// Lanes that many a scale keeps, and the step that divides all values.
  private static let lanes: [[Float]] = [
    [3.5, 3.5, 3.5], [-0.37], [0.1], [1, 1, 1, 1], [-0.7, 0, 0.7, 0.7], [0, 1, 0, 1],
    [0, 0, 0.3, 0], [1, -2.5], [1, -1], [-7, -3, 0, 2, 7], [100, -13, 55, 21], [0.25, -0.5, 0.75],
    [2e-38], [3e30, -1e30, 2e30], [-1, 3.5],
  ]

  private func error(_ values: [Float], _ parameters: QuantizationParameters) -> Double {
    Kernels.measureError(of: values.span, with: parameters).squaredError
  }

  /// The first exact answer among all numbers of steps that the range may take, widest last.
  private func tightestExact(_ values: [Float], on grid: CodeGrid) -> QuantizationParameters? {
    let range = SampleStatistics(values).range
    let reached = grid.reachesBelowZero ? values : values.filter { $0 >= 0 }
    return (1...grid.steps(covering: range)).reversed().lazy.map {
      QuantizationParameters(covering: range, in: $0, on: grid)
    }.first { error(reached, $0) == 0 }
  }

  @Test("mse and lp keep every value with the smallest step", arguments: lanes)
  func smallestStep(values: [Float]) throws {
    for grid in grids(bits: [2, 3, 4, 6, 8, 9, 12])
    where values.max() ?? 0 > 0 || grid.reachesBelowZero {
      guard let expected = tightestExact(values, on: grid) else { continue }
      for rule in ["mse", "lp[p=2.4]", "lp[p=1]", "lp[p=4]"] {
        let found = try RuleProbe.parameters(rule, values, on: grid)
        #expect(error(values, found) <= error(values, expected), "\(rule) \(grid)")
        #expect(found.scale <= expected.scale, "\(rule) \(grid): \(found), not \(expected)")
      }
    }
  }

  @Test("min-max is the answer where it is exact", arguments: lanes)
  func minmax(values: [Float]) throws {
    for grid in grids(bits: [2, 4, 8, 12]) {
      let covering = QuantizationParameters(covering: SampleStatistics(values).range, on: grid)
      guard error(values, covering) == 0 else { continue }
      #expect(
        LeastSquares.solve(SampleStatistics(values), on: grid).parameters == covering, "\(grid)")
    }
  }

  @Test("a sample that keeps no values has the answer of one that does", arguments: lanes)
  func binned(values: [Float]) {
    for grid in grids(bits: [4, 8]) {
      var table = SampleStatistics(shape: LaneShape(count: values.count, rowLength: 1), capacity: 0)
      table.observe(values.span)
      table.seal()
      guard tightestExact(values, on: grid) != nil else { continue }
      #expect(
        LeastSquares.solve(table, on: grid).parameters
          == LeastSquares.solve(SampleStatistics(values), on: grid).parameters, "\(grid)")
    }
  }
}
