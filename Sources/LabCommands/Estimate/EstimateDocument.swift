internal import ExperimentRunner
internal import Foundation
internal import QuantizationCore
internal import ResultRecords

/// One object of `estimate --format json`; `quantize --params` writes the same.
struct EstimateDocument: Encodable {
  private struct Lane: Encodable {
    let index: Int
    let lower: Double
    let upper: Double
    /// The Float32 scale as a Double, which is exact.
    let scale: Double
    let zeroPoint: Int
  }

  private let record: ResultRecord
  private let lanes: [Lane]

  init(_ outcome: CellOutcome) {
    record = outcome.record
    lanes = outcome.parameters.enumerated().map { index, parameters in
      Lane(
        index: index, lower: parameters.lower, upper: parameters.upper,
        scale: Double(parameters.scale), zeroPoint: parameters.zeroPoint)
    }
  }

  /// A JSON key with the name of a column.
  private struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ name: String) { stringValue = name }
    init?(stringValue: String) { self.init(stringValue) }
    init?(intValue: Int) { nil }
  }

  func encode(to encoder: any Encoder) throws {
    try record.key.without().encode(to: encoder)
    var object = encoder.container(keyedBy: Name.self)
    try object.encode(record.elements, forKey: Name("elements"))
    try object.encode(lanes, forKey: Name("lanes"))
    for metric in Metric.allCases {
      try object.encodeIfPresent(record[metric], forKey: Name(metric.name))
    }
    try object.encode(record.status.description, forKey: Name("status"))
    try object.encode(record.notes, forKey: Name("notes"))
  }

  /// The JSON of one or more documents, with a newline at the end.
  static func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return JSONText.shown(String(decoding: try encoder.encode(value), as: UTF8.self)) + "\n"
  }
}
