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

  let name: String
  var family: String?
  let summary: String
  var parameters: [Parameter] = []
  var cost: String?
  /// The laws of estimators that this one breaks.
  var breaks: [String]?
  let reference: String

  /// A few lines for a terminal.
  var text: String {
    var lines = ["\(name)", "    \(summary)"]
    for parameter in parameters {
      lines.append(
        "    \(parameter.name) = \(parameter.defaultValue)  (\(parameter.allowed)): "
          + parameter.meaning)
    }
    let exceptions = (breaks ?? []).joined(separator: ", ")
    let facts = [
      family, cost.map { "cost \($0)" }, reference.isEmpty ? nil : reference,
      exceptions.isEmpty ? nil : "breaks: \(exceptions)",
    ]
    lines.append("    " + facts.compactMap { $0 }.joined(separator: "; "))
    return lines.map { $0 + "\n" }.joined()
  }
}

extension CatalogEntry {
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

  /// The columns of results with measurements.
  static let metrics = Metric.allCases.map { metric in
    let facts = metric.facts
    return CatalogEntry(
      name: facts.name, summary: facts.meaning,
      reference: [facts.unit, "\(facts.better) is better"].filter { !$0.isEmpty }
        .joined(separator: "; "))
  }
}
