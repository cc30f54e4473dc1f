internal import TensorIO

/// What a rule costs a network: one row of `networks.csv`.
package struct NetworkRecord: Codable, Hashable, Sendable {
  /// What was quantized how.
  package struct Key: Codable, Hashable, Sendable {
    /// The network.
    package let model: String
    /// The samples on which it was judged.
    package let data: String
    /// The rule for all tensors.
    package let estimator: String
    /// Bits of weights and activations.
    package let bits: Int
    /// The codes of weights, such as `int8-narrow`.
    package let weights: String
    /// The codes of activations, such as `uint8-affine`.
    package let activations: String
    /// Which weights share a range: `tensor`, `channel` or `group:N`.
    package let granularity: String

    /// Names a way to quantize a network.
    package init(
      model: String, data: String, estimator: String, bits: Int, weights: String,
      activations: String, granularity: String
    ) {
      (self.model, self.data, self.estimator, self.bits) = (model, data, estimator, bits)
      (self.weights, self.activations, self.granularity) = (weights, activations, granularity)
    }
  }

  /// The figures of a network that was judged.
  package struct Figures: Codable, Hashable, Sendable {
    /// The number of samples.
    package let samples: Int
    /// Right answers of the float network and of this one; nothing without labels.
    package let floatRight: Int?
    package let right: Int?
    /// The probability of McNemar's exact test.
    package let pValue: Double?
    /// The mean reciprocal rank, of a retrieval task.
    package let mrr: Double?
    /// The share of samples with the class of the float network.
    package let agreement: Double
    package let outputMse: Double
    package let outputSqnrDb: Double
    package let outputCosine: Double
    package let outputKl: Double
    /// The size of the quantized model.
    package let bytes: Int

    /// Figures as evaluation gives them.
    package init(
      samples: Int, floatRight: Int?, right: Int?, pValue: Double?, mrr: Double?,
      agreement: Double, outputMse: Double, outputSqnrDb: Double, outputCosine: Double,
      outputKl: Double, bytes: Int
    ) {
      (self.samples, self.floatRight, self.right) = (samples, floatRight, right)
      (self.pValue, self.mrr, self.agreement) = (pValue, mrr, agreement)
      (self.outputMse, self.outputSqnrDb) = (outputMse, outputSqnrDb)
      (self.outputCosine, self.outputKl, self.bytes) = (outputCosine, outputKl, bytes)
    }
  }

  /// What was quantized how.
  package let key: Key
  /// The figures; nothing where the rule has no answer for a tensor.
  package let figures: Figures?
  /// `ok`, or why there are no figures.
  package let status: String

  /// A row.
  package init(_ key: Key, _ figures: Figures?, status: String = "ok") {
    (self.key, self.figures, self.status) = (key, figures, status)
  }
}

extension NetworkRecord.Key: CustomStringConvertible {
  /// The way in one line, as filters and messages have it.
  package var description: String {
    "\(model) \(estimator) \(bits) bits \(weights) \(activations) \(granularity) on \(data)"
  }
}

extension NetworkRecord.Key: Comparable {
  /// The order of rows in messages: network, data, rule, bits, then codes and granularity, each by the
  /// bytes of its text.
  package static func < (left: Self, right: Self) -> Bool {
    if left.bits != right.bits, left.names.prefix(3).elementsEqual(right.names.prefix(3)) {
      return left.bits < right.bits
    }
    return left.names.lexicographicallyPrecedes(right.names)
  }

  private var names: [ExactName] {
    [model, data, estimator, weights, activations, granularity].map { ExactName($0) }
  }
}
