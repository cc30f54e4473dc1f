internal import Reports
internal import ResultRecords

/// One object of `inspect --format json`: the profile of a tensor, as `profiles.json` has it, and
/// what was chosen, as `estimate --format json` has it.
struct InspectDocument: Encodable {
  private let profile: TensorProfile?
  private let choices: [EstimateDocument]

  init(_ inspection: TensorInspection) {
    profile = inspection.inspection?.profile
    choices = inspection.outcomes.map(EstimateDocument.init)
  }

  /// The JSON of all tensors, an array, with a newline at the end.
  static func json(_ inspections: [TensorInspection]) throws -> String {
    try EstimateDocument.json(inspections.map(InspectDocument.init))
  }
}
