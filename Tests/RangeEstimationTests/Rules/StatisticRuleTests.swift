import _TestSupport
import QuantizationCore
import RangeEstimation
import Testing

/// Rules that are a formula over statistics of the lane or of its batches, by hand.
@Suite struct StatisticRuleTests {
  @Test("rules that look at batches look at them one by one")
  func batches() throws {
    let grid = try grid(.symmetricNarrow, 8)
    let batches: [[Float]] = [[-2, 1], [-10, 5, 0], [4, -6]]
    let mean = try RuleProbe.parameters("mean-minmax", batches: batches, on: grid)
    #expect(mean.scale == Float(6.0 / 127))
    let moving = try RuleProbe.parameters(
      "moving-average-minmax[c=0.5]", batches: batches, on: grid)
    // -2, then halfway to -10, then halfway to -6.
    #expect(moving.scale == Float(6.0 / 127))
    let quick = try RuleProbe.parameters(
      "moving-average-minmax[c=1]", batches: Array(batches.dropLast()), on: grid)
    #expect(quick.scale == Float(10.0 / 127))
  }

  @Test("k-sigma is mean plus and minus k sigma, inside the extrema")
  func kSigma() throws {
    let grid = try grid(.affineUnsigned, 8)
    // Mean 0, standard deviation 2.
    let values: [Float] = [-2, 2, -2, 2]
    let cut = try RuleProbe.parameters("k-sigma[k=0.5]", values, on: grid)
    #expect(cut == QuantizationParameters(covering: ClippingRange(-1, 1), on: grid))
    let whole = try RuleProbe.parameters("k-sigma[k=3]", values, on: grid)
    #expect(whole == QuantizationParameters(covering: ClippingRange(-2, 2), on: grid))
  }
}
