internal import ScientificMath

/// How contenders are compared.
package struct ComparisonMethod: Sendable {
  /// Fewer tensors than this make no test: with five, not even five wins have a p-value below 0.05.
  package static let leastTensors = 6
  /// Below this many tensors only large and consistent differences can be told from chance.
  package static let fewTensors = 15

  /// Logarithms of ratios at most this large are ties.
  ///
  /// The default is a millionth, the accuracy the lab promises for an error: Float32 alone lets two
  /// ways to the same range differ by a tenth of that.
  package var tie = 1e-6
  /// The level of tests, and one minus the confidence of intervals.
  package var level = 0.05
  /// How intervals are drawn.
  package var seed: UInt64 = 1
  /// The contender the others are held against; without one, the first file, or the estimator with
  /// the least mean rank.
  package var reference: String?

  /// The default method.
  package init() {}

  var bootstrap: PercentileBootstrap {
    PercentileBootstrap(seed: seed, confidence: 1 - level)
  }
}
