import _TestSupport
import QuantizationCore
import QuantizationKernels
import RangeEstimation
import ScientificMath
import Testing

/// `mse` above 8 bits: a scan of scales, and then smaller and smaller steps around its winner.
@Suite struct ScaleScanTests {
  @Test("the steps around the winner end below every scale of the scan", arguments: [9, 10, 12])
  func refinement(bits: Int) throws {
    var samples = try TestSamples(seed: 11)
    let values = try samples.draw(3000, from: .laplace())
    for family in [GridFamily.symmetricNarrow, .affineUnsigned] {
      let grid = try grid(family, bits)
      let sample = SampleStatistics(values)
      let covering = QuantizationParameters(covering: sample.range, on: grid)
      let scan = (1...2000).map { index in
        sample.squaredError(
          of: QuantizationParameters(
            scale: Double(covering.scale) * Double(index) / 2000, zeroPoint: covering.zeroPoint,
            grid: grid))
      }
      let found = sample.squaredError(of: try RuleProbe.parameters("mse", values, on: grid))
      #expect(found < (scan.min() ?? 0), "\(grid)")
    }
  }

  @Test("what is given up early would not have won", arguments: [9, 10, 12, 16])
  func sameAsWithoutBounds(bits: Int) throws {
    var samples = try TestSamples(seed: 12)
    let values = try samples.draw(9000, from: .laplace()) + [25, -31, 40]
    for family in GridFamily.integers {
      let grid = try grid(family, bits)
      let found = try RuleProbe.parameters("mse", values, on: grid)
      #expect(found == plain(SampleStatistics(values), on: grid), "\(grid)")
    }
  }

  /// Zeros lose nothing: what the few others lose, which are measured first, is all there is to lose.
  ///
  /// One part at each end is enough for the few of the first lane, the second needs more.
  @Test(
    "where the outermost values have all of the error, the best is not given up",
    arguments: [(4200, 240, 9), (4200, 240, 11), (14_000, 1200, 10)])
  func sparse(zeros: Int, others: Int, bits: Int) throws {
    var samples = try TestSamples(seed: 40)
    let values = [Float](repeating: 0, count: zeros) + (try samples.draw(others, from: .gaussian()))
    for family in [GridFamily.symmetricNarrow, .affineUnsigned] {
      let grid = try grid(family, bits)
      let found = try RuleProbe.parameters("mse", values, on: grid)
      #expect(found == plain(SampleStatistics(values), on: grid), "\(grid)")
    }
  }

  /// The scan with every candidate measured whole, in the same order.
  private func plain(_ sample: SampleStatistics, on grid: CodeGrid) -> QuantizationParameters {
    func parameters(_ scale: Double, _ zeroPoint: Int) -> QuantizationParameters {
      QuantizationParameters(scale: scale, zeroPoint: zeroPoint, grid: grid)
    }
    var best = QuantizationParameters(covering: sample.range, on: grid)
    var least = sample.squaredError(of: best)
    func consider(_ candidate: QuantizationParameters) {
      let cost = sample.squaredError(of: candidate)
      if cost < least { (best, least) = (candidate, cost) }
    }
    let (widest, zeroPoint) = (Double(best.scale), best.zeroPoint)
    for index in 1...2000 { consider(parameters(widest * Double(index) / 2000, zeroPoint)) }
    var step = widest / 2000
    var jump = grid.family.scheme == .affine ? grid.steps / 64 : 0
    while step > widest * 1e-8 || jump > 0 {
      let (scale, zero, before) = (Double(best.scale), best.zeroPoint, least)
      consider(parameters(scale - step, zero))
      consider(parameters(scale + step, zero))
      consider(parameters(scale, zero - jump))
      consider(parameters(scale, zero + jump))
      consider(parameters(scale - step, zero - jump))
      consider(parameters(scale - step, zero + jump))
      if least == before { (step, jump) = (step / 2, jump / 2) }
    }
    return best
  }
}
