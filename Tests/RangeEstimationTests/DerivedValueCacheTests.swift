import Foundation
import QuantizationCore
import RangeEstimation
import Testing

/// Values that a statistic caches for one decision must not change the next decision.
@Suite struct DerivedValueCacheTests {
  private static let grids: [CodeGrid] = [
    (GridFamily.symmetricNarrow, 4), (.affineUnsigned, 8), (.symmetricFull, 4),
    (.symmetricUnsigned, 8), (.symmetricNarrow, 8), (.affineUnsigned, 4), (.symmetricNarrow, 4),
  ].compactMap { family, bits in BitWidth(bits).map { CodeGrid(family, bits: $0) } }

  /// Long enough for a statistic to keep something.
  private static let values = (0..<66_000).map { index in
    Float(sin(Double(index)) * exp2(Double(index * 37 % 101) / 20 - 3))
  }

  // Rules that keep nothing and take a tenth of a second for a decision are left out.
  private static let estimators = Conformance.all(EstimatorRegistry.builtIn).filter {
    !["cross-entropy", "gptq-grid", "lp", "hqq", "ggml-search"].contains(
      $0.named.estimator.descriptor.identifier)
  }

  @Test("many decisions on one statistic are those on fresh ones", arguments: estimators)
  func order(estimator: Conformance) { compare(estimator.named.estimator) }

  private func compare<Rule: RangeRule>(_ rule: Rule) {
    let batches = [Array(Self.values.prefix(40_000)), Array(Self.values.dropFirst(40_000))]
    let shared = RuleProbe.statistics(for: rule, batches)
    for grid in Self.grids {
      let fresh = RuleProbe.statistics(for: rule, batches)
      #expect(answer(rule, shared, grid) == answer(rule, fresh, grid), "\(grid)")
    }
  }

  private func answer<Rule: RangeRule>(
    _ rule: Rule, _ statistics: Rule.Statistics, _ grid: CodeGrid
  ) -> Result<QuantizationParameters, EstimationError> {
    Result { () throws(EstimationError) in try rule.parameters(from: statistics, on: grid) }
  }
}
