import QuantizationCore
import RangeEstimation
import Testing

/// Ways to ask a rule by its name.
enum RuleProbe {
  /// The answer for values in batches.
  static func parameters(
    _ rule: String, batches: [[Float]], on grid: CodeGrid
  ) throws -> QuantizationParameters {
    try decide(try EstimatorRegistry.builtIn.parse(rule).estimator, batches, grid)
  }

  /// The answer for values in one batch.
  static func parameters(
    _ rule: String, _ values: [Float], on grid: CodeGrid
  ) throws -> QuantizationParameters {
    try parameters(rule, batches: [values], on: grid)
  }

  private static func decide<Rule: RangeRule>(
    _ rule: Rule, _ batches: [[Float]], _ grid: CodeGrid
  ) throws -> QuantizationParameters {
    try rule.parameters(from: statistics(for: rule, batches), on: grid)
  }

  /// The sealed statistic a rule asks for.
  static func statistics<Rule: RangeRule>(
    for rule: Rule, _ batches: [[Float]]
  ) -> Rule.Statistics {
    let count = batches.reduce(0) { $0 + $1.count }
    var statistics = Rule.Statistics(shape: LaneShape(count: count, rowLength: 1))
    for batch in batches {
      statistics.observe(batch.span)
      statistics.endBatch()
    }
    statistics.seal()
    return statistics
  }

  /// How much larger the squared error of a rule is than the least possible, minus 1.
  static func regret(_ rule: String, _ values: [Float], on grid: CodeGrid) throws -> Double {
    let sample = SampleStatistics(values)
    let found = try parameters(rule, values, on: grid)
    let least = sample.squaredError(of: LeastSquares.solve(sample, on: grid).parameters)
    return sample.squaredError(of: found) / least - 1
  }
}
