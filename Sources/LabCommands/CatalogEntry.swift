internal import RangeEstimation
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
  /// Laws that hold for most estimators and not for this one.
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

  /// The columns of results that measure something.
  static let metrics: [CatalogEntry] = [
    ("mse", "mean of (x - x^)^2 over all elements; clipping_mse + rounding_mse"),
    ("clipping_mse", "the part of mse from values beyond the outermost level"),
    ("rounding_mse", "the rest of mse"),
    ("clipped_fraction", "the share of values beyond the outermost level"),
    ("sqnr_db", "10 log10(sum x^2 / sum (x - x^)^2) dB; inf without error"),
    ("max_abs_error", "the largest |x - x^|"),
    ("cosine", "x.x^ / (|x| |x^|)"),
  ].map { CatalogEntry(name: $0, summary: $1, reference: "measured by the shared kernel") }
}
