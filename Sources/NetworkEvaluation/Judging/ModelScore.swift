package import ScientificMath

/// How well a model answers, counted.
package struct AnswerCounts: Sendable {
  /// Whether each answer is right; empty where nobody knows.
  package internal(set) var isRight: [Bool] = []
  /// The mean reciprocal rank, of a retrieval task.
  package internal(set) var meanReciprocalRank: Double?

  /// The share of right answers.
  package var accuracy: Double? {
    isRight.isEmpty ? nil : Double(isRight.count { $0 }) / Double(isRight.count)
  }

  /// Its interval.
  package var interval: ClosedRange<Double>? {
    isRight.isEmpty ? nil : WilsonInterval.of(isRight.count { $0 }, in: isRight.count)
  }

  /// Whether two models are equally good, on the same samples.
  package func test(against other: AnswerCounts) -> McNemarTest? {
    guard !isRight.isEmpty, isRight.count == other.isRight.count else { return nil }
    return McNemarTest(first: other.isRight, second: isRight)
  }
}

/// What a judge has seen of one model.
package struct ModelScore: Sendable {
  /// The number of samples.
  package internal(set) var samples = 0
  /// The right answers.
  package internal(set) var answers = AnswerCounts()
  /// The samples with the classes of the float model.
  package internal(set) var agreeing = 0
  /// How far the outputs are from those of the float model.
  package internal(set) var errors = OutputErrors()
  /// The time of each full batch in milliseconds, in order.
  package internal(set) var milliseconds: [Double] = []

  /// The share of samples with the classes of the float model.
  package var agreement: Double { Double(agreeing) / Double(max(1, samples)) }

  /// The median time of a full batch in milliseconds.
  package var medianMilliseconds: Double? {
    guard !milliseconds.isEmpty else { return nil }
    let sorted = milliseconds.sorted()
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }
}

/// A model that is judged, once as it is meant and once as it is deployed.
package struct JudgedModel: Sendable {
  /// The file.
  package let path: String
  /// With QuantizeLinear and DequantizeLinear in float: what the ranges cost, on every processor the same.
  package internal(set) var simulated = ModelScore()
  /// With all optimizations, integer kernels among them, on this processor.
  package internal(set) var deployed = ModelScore()

  init(path: String) { self.path = path }
}
