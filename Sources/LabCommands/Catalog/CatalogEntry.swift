internal import RangeEstimation
internal import ResultRecords
internal import TensorSources

/// One entry of a list: an estimator, a source or a metric.
struct CatalogEntry: Encodable {
  struct Parameter: Encodable {
    let name: String
    let defaultValue: String
    let allowed: String
    let meaning: String

    enum CodingKeys: String, CodingKey {
      case name, allowed, meaning
      case defaultValue = "default"
    }
  }

  /// Something that is said of every entry of a list.
  struct Fact: Encodable {
    let name: String
    let text: String
  }

  let name: String
  var family: String?
  let summary: String
  var parameters: [Parameter] = []
  var cost: String?
  /// The laws of estimators that this one breaks.
  var breaks: [String]?
  /// What is said of each entry of the list.
  var facts: [Fact]?
  let reference: String

  /// A few lines for a terminal.
  var text: String {
    var lines = ["\(name)", "    \(summary)"]
    for parameter in parameters {
      lines.append(
        "    \(parameter.name) = \(parameter.defaultValue)  (\(parameter.allowed)): "
          + parameter.meaning)
    }
    lines += (facts ?? []).filter { !$0.text.isEmpty }.map { "    \($0.name): \($0.text)" }
    let exceptions = (breaks ?? []).joined(separator: ", ")
    let ending = [
      family, cost.map { "cost \($0)" }, reference.isEmpty ? nil : reference,
      exceptions.isEmpty ? nil : "breaks: \(exceptions)",
    ]
    let last = ending.compactMap { $0 }.joined(separator: "; ")
    if !last.isEmpty || facts == nil { lines.append("    " + last) }
    return lines.map { $0 + "\n" }.joined()
  }
}

extension CatalogEntry {
  /// A table in Markdown: names and facts, or names and summaries where there are none.
  static func table(_ entries: [CatalogEntry]) -> String {
    let facts = entries.first?.facts?.map(\.name)
    let rows = entries.map { entry in
      ["`\(entry.name)`"]
        + (facts == nil ? [entry.summary, entry.reference] : (entry.facts ?? []).map(\.text))
    }
    let header = ["name"] + (facts ?? ["summary", "reference"])
    return ([header, header.map { _ in "---" }] + rows).map { row in
      "| " + row.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |\n"
    }.joined()
  }

  init(_ descriptor: EstimatorDescriptor) {
    self.init(
      name: descriptor.identifier, family: descriptor.family.rawValue, summary: descriptor.summary,
      parameters: descriptor.parameters.map {
        Parameter(
          name: $0.name, defaultValue: "\($0.defaultValue)", allowed: $0.allowed,
          meaning: $0.meaning)
      }, cost: descriptor.cost,
      breaks: descriptor.breaks.map(\.rawValue).sorted(), reference: descriptor.reference)
  }

  init(_ family: FamilyDescription) {
    self.init(
      name: family.identifier, summary: family.formula,
      parameters: family.parameters.map {
        Parameter(
          name: $0.name, defaultValue: "\(ParameterValue.number($0.defaultValue))",
          allowed: "a number from \(ParameterValue.number($0.bounds.lowerBound)) "
            + "to \(ParameterValue.number($0.bounds.upperBound))",
          meaning: $0.meaning)
      }, reference: family.notes)
  }

  /// The columns of results with measurements, those of tensors first.
  static let metrics = tensorMetrics + networkMetrics

  private static let tensorMetrics = Metric.allCases.map { metric in
    let facts = metric.facts
    return CatalogEntry(
      name: facts.name, summary: facts.meaning,
      reference: [facts.unit, "\(facts.better) is better"].filter { !$0.isEmpty }
        .joined(separator: "; "))
  }

  private static let networkMetrics = NetworkMetric.allCases.map { metric in
    CatalogEntry(
      name: metric.name, summary: metric.meaning,
      reference: ["networks", metric.unit, "\(metric.better) is better"].filter { !$0.isEmpty }
        .joined(separator: "; "))
  }
}

extension NetworkMetric {
  /// What is measured, in one line.
  fileprivate var meaning: String {
    switch self {
    case .right:
      "how many answers are right, where samples have labels; top1 times samples of networks.csv"
    case .mrr: "mean of 1 / the rank of the right answer, in a retrieval task"
    case .agreement: "the share of samples with the answer of the float network"
    case .outputMSE: "mean of (y - y^)^2 over the outputs of the float and the quantized network"
    case .outputSQNR: "10 log10(sum y^2 / sum (y - y^)^2) dB; inf without error"
    case .outputCosine: "y.y^ / (|y| |y^|)"
    case .outputKL:
      "mean divergence of the answers from those of the float network, sum p ln(p / p^)"
    case .bytes: "the size of the quantized model"
    }
  }

  /// What it is measured in; empty for a number without a unit.
  fileprivate var unit: String {
    switch self {
    case .right: "answers"
    case .mrr, .outputCosine: ""
    case .agreement: "share of the samples"
    case .outputMSE: "square of the output's unit"
    case .outputSQNR: "dB"
    case .outputKL: "nats"
    case .bytes: "bytes"
    }
  }
}
