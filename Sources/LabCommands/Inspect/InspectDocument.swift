internal import Reports
internal import ResultRecords

/// One object of `inspect --format json`.
///
/// It has the profile of a tensor as in `profiles.json`, and the choices as in `estimate --format
/// json`.
struct InspectDocument: Encodable {
  private let profile: TensorProfile?
  private let choices: [EstimateDocument]

  init(_ inspection: TensorInspection) {
    profile = inspection.inspection?.profile
    choices = inspection.outcomes.map(EstimateDocument.init)
  }

  /// The JSON as an element of an array, without the newlines and brackets around the array.
  var element: String {
    get throws { String(try EstimateDocument.json([self]).dropFirst(2).dropLast(3)) }
  }
}
