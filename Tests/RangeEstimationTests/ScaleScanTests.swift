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
      let grid = try RuleProbe.grid(family, bits)
      let sample = RuleProbe.sample(values)
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
}
