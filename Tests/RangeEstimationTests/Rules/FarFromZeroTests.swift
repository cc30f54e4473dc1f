import _TestSupport
import QuantizationCore
import RangeEstimation
import Testing

/// Which rules by divergence lose data that stay away from zero, as Documentation/estimators.md says.
@Suite struct FarFromZeroTests {
  /// The share of evenly spaced values from 8 to 10 that a rule clips.
  private func clipped(_ rule: String, bits: Int) throws -> Double {
    let values = (0..<4096).map { 8 + 2 * (Float($0) + 0.5) / 4096 }
    let found = try RuleProbe.parameters(
      rule, values, on: try grid(.symmetricNarrow, bits))
    return Double(values.count { found.clips($0) }) / Double(values.count)
  }

  @Test("these clip all of them", arguments: ["kl", "nvidia-entropy"], [4, 8])
  func losers(rule: String, bits: Int) throws { #expect(try clipped(rule, bits: bits) > 0.99) }

  @Test(
    "these keep nearly all",
    arguments: ["mxnet-kl", "ncnn-kl", "ort-entropy", "ort-entropy[bins=2048]"], [4, 8])
  func keepers(rule: String, bits: Int) throws { #expect(try clipped(rule, bits: bits) < 0.01) }
}
