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
    /// The exact Double of the Float32 scale.
    let scale: Double
    let zeroPoint: Int
  }

  private let tensor: String
  private let elements: Int
  private let estimator: String
  private let bits: Int
  private let scheme: String
  private let grid: String
  private let granularity: String
  private let lanes: [Lane]
  private let mse: Double?
  private let clippingMse: Double?
  private let roundingMse: Double?
  private let clippedFraction: Double?
  private let sqnrDb: Double?
  private let maxAbsError: Double?
  private let cosine: Double?
  private let optimalMse: Double?
  private let regret: Double?
  private let certificate: Double?
  private let calibration: String?
  private let heldOut: String?
  private let status: String
  private let notes: String

  init(_ outcome: CellOutcome) {
    let (record, key, metrics) = (outcome.record, outcome.record.key, outcome.record.metrics)
    tensor = key.tensor
    elements = record.elements
    estimator = key.estimator
    bits = key.grid.bits.count
    scheme = key.grid.family.scheme.rawValue
    grid = key.grid.family.gridName
    granularity = key.granularity.description
    lanes = outcome.parameters.enumerated().map { index, parameters in
      Lane(
        index: index, lower: parameters.lower, upper: parameters.upper,
        scale: Double(parameters.scale), zeroPoint: parameters.zeroPoint)
    }
    mse = metrics?.mse
    clippingMse = metrics?.clippingMSE
    roundingMse = metrics?.roundingMSE
    clippedFraction = metrics?.clippedFraction
    sqnrDb = metrics?.sqnrInDecibels
    maxAbsError = metrics?.maximumError
    cosine = metrics?.cosine
    optimalMse = record.optimum?.mse
    regret = record.regret
    certificate = record.optimum?.gap
    calibration = key.split?.calibration.description
    heldOut = key.split?.heldOut.description
    status = record.status.description
    notes = record.notes
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
