import _TestSupport
import Foundation
import QuantizationCore
import QuantizationKernels
import RangeEstimation
import TensorIO
import Testing

/// Rules that look at each value, on a sample that is a moment table, against the same values kept.
@Suite struct BinPointsTests {
  private static let tensors = ["student3_1e4", "laplace_1e3", "relu_gauss_1e5", "bimodal_1e4"]

  private func samples(_ values: [Float]) -> (table: SampleStatistics, kept: SampleStatistics) {
    var table = SampleStatistics(shape: LaneShape(count: values.count, rowLength: 1), capacity: 100)
    table.observe(values.span)
    table.seal()
    return (table, SampleStatistics(values))
  }

  private func answer(
    _ name: String, _ sample: SampleStatistics, _ grid: CodeGrid
  ) throws -> QuantizationParameters {
    func parameters(of rule: some RangeRule) throws -> QuantizationParameters {
      func open<Rule: RangeRule>(_ rule: Rule) throws -> QuantizationParameters {
        try rule.parameters(from: #require(sample as? Rule.Statistics), on: grid)
      }
      return try open(rule)
    }
    return try parameters(of: EstimatorRegistry.builtIn.parse(name).estimator)
  }

  /// The sum of |x - x^|^p over the values.
  private func cost(_ values: [Float], _ found: QuantizationParameters, _ power: Double) -> Double {
    let grid = found.grid
    return Kernels.powerSums(
      of: values.span, unit: 1024, scale: Double(found.scale) / 1024,
      codes: grid.minimumCode - found.zeroPoint...grid.maximumCode - found.zeroPoint, power: power
    ).cost
  }

  @Test(
    "powers of errors are as small as those of the values",
    arguments: ["lp", "lp[p=1.5]", "lp[p=3]", "gptq-grid"], tensors)
  func powers(rule: String, tensor: String) throws {
    let values = try GoldenTensor.load(tensor).values
    let (table, kept) = samples(values)
    let others: [String: Double] = ["lp[p=1.5]": 1.5, "lp[p=3]": 3]
    let power = others[rule] ?? 2.4
    for family in [GridFamily.symmetricNarrow, .affineUnsigned] {
      for bits in [2, 4, 8] {
        let grid = try grid(family, bits)
        let found = cost(values, try answer(rule, table, grid), power)
        let best = cost(values, try answer(rule, kept, grid), power)
        // At 8 bits a bin at the outermost level is an eighth of a step.
        #expect(found <= best * (bits == 8 ? 1.002 : 1.0002), "\(grid): \(found / best - 1)")
      }
    }
  }

  @Test("half-quadratic zero points are those of the values", arguments: tensors)
  func zeroPoints(tensor: String) throws {
    let (table, kept) = samples(try GoldenTensor.load(tensor).values)
    for bits in [2, 4, 8] {
      let grid = try grid(.affineUnsigned, bits)
      let (found, exact) = (try answer("hqq", table, grid), try answer("hqq", kept, grid))
      #expect(found.scale == exact.scale)
      #expect(abs(found.zeroPoint - exact.zeroPoint) <= (bits == 8 ? 1 : 0), "\(grid)")
    }
  }

  @Test("values that bins hold apart have the answers of kept values")
  func apart() throws {
    // Whole numbers up to 2048 have bins of their own; so the points are the values.
    let values = (0..<5000).map { Float($0 * 7919 % 1500 - 600) }
    let (table, kept) = samples(values)
    for rule in ["lp", "gptq-grid", "hqq"] {
      for bits in [3, 8] {
        let grid = try grid(.affineUnsigned, bits)
        let (found, exact) = (try answer(rule, table, grid), try answer(rule, kept, grid))
        #expect(found.zeroPoint == exact.zeroPoint, "\(rule)")
        // The certificate of lp allows 1e-6 of the error, which is flat there: its root of the scale.
        #expect(abs(found.scale - exact.scale) <= 1e-3 * exact.scale, "\(rule)")
      }
    }
  }
}
