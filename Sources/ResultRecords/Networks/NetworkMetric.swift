/// A number of a judged network that a gate can watch.
package enum NetworkMetric: Int, CaseIterable, Sendable {
  case right
  case mrr
  case agreement
  case outputMSE
  case outputSQNR
  case outputCosine
  case outputKL
  case bytes

  /// The name in policies and messages: the column of `networks.csv`, and `right` for the number of right
  /// answers, which is `top1` times `samples` there.
  package var name: String {
    switch self {
    case .right: "right"
    case .mrr: "mrr"
    case .agreement: "agreement"
    case .outputMSE: "output_mse"
    case .outputSQNR: "output_sqnr_db"
    case .outputCosine: "output_cosine"
    case .outputKL: "output_kl"
    case .bytes: "bytes"
    }
  }

  /// The metric that has a name.
  package init?(name: String) {
    guard let metric = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = metric
  }

  /// The direction that is better unless a policy says otherwise.
  package var better: Metric.Direction {
    switch self {
    case .right, .mrr, .agreement, .outputSQNR, .outputCosine: .higher
    case .outputMSE, .outputKL, .bytes: .lower
    }
  }

  /// Whether a change reads best as a share of the value.
  package var isRelative: Bool {
    switch self {
    case .outputMSE, .outputKL, .bytes: true
    case .right, .mrr, .agreement, .outputSQNR, .outputCosine: false
    }
  }
}

extension NetworkRecord.Figures {
  /// The value of a metric; nil where the samples have no labels.
  package subscript(metric: NetworkMetric) -> Double? {
    switch metric {
    case .right: right.map(Double.init)
    case .mrr: mrr
    case .agreement: agreement
    case .outputMSE: outputMse
    case .outputSQNR: outputSqnrDb
    case .outputCosine: outputCosine
    case .outputKL: outputKl
    case .bytes: Double(bytes)
    }
  }

  /// The share of right answers; nil without labels.
  package var accuracy: Double? { right.map { Double($0) / Double(samples) } }
  /// The share of right answers of the float network; nil without labels.
  package var floatAccuracy: Double? { floatRight.map { Double($0) / Double(samples) } }
  /// The accuracy lost against the float network, negative where it gained; nil without labels.
  package var drop: Double? {
    right.flatMap { right in floatRight.map { Double($0 - right) / Double(samples) } }
  }
}
