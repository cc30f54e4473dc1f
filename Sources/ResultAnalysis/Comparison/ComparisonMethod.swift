internal import ScientificMath

/// The settings of a comparison of contenders.
package struct ComparisonMethod: Sendable {
  /// The fewest tensors for a test: with five, not even five wins have a p-value below 0.05.
  package static let leastTensors = 6
  /// Below this many tensors only large and consistent differences can be told from chance.
  package static let fewTensors = 15

  /// Logarithms of ratios at most this large are ties.
  ///
  /// The default is a millionth, the accuracy that the lab promises for an error. With Float32, two
  /// computations of the same range may differ by a tenth of that.
  package var tie = 1e-6
  /// The level of tests, and one minus the confidence of intervals.
  package var level = 0.05
  /// The seed of the bootstrap that draws intervals.
  package var seed: UInt64 = 1
  /// The contender with which the others are compared; nil for the first file, or the estimator
  /// with the least mean rank.
  package var reference: String?

  /// The default method.
  package init() {}

  var bootstrap: PercentileBootstrap {
    PercentileBootstrap(seed: seed, confidence: 1 - level)
  }
}
