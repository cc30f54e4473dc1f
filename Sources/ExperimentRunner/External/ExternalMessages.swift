internal import Foundation
internal import QuantizationCore
internal import RangeEstimation

/// The request for a lane: a line of JSON, followed by the values.
struct ExternalRequest {
  private struct Header: Encodable {
    let rangelab = ExternalRule.protocolVersion
    let count: Int
    let format: String
    let scheme: String
    var minimumCode: Int?
    var maximumCode: Int?
    var levels: [Float]?

    enum CodingKeys: String, CodingKey {
      case rangelab, count, format, scheme, levels
      case minimumCode = "minimum_code"
      case maximumCode = "maximum_code"
    }
  }

  let bytes: [UInt8]

  init(_ values: [Float], on grid: CodeGrid) throws(EstimationError) {
    var header = Header(
      count: values.count, format: "\(grid)", scheme: grid.family.scheme.rawValue)
    if let table = grid.family.table {
      header.levels = table.levels
    } else {
      (header.minimumCode, header.maximumCode) = (grid.minimumCode, grid.maximumCode)
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let line = try? encoder.encode(header) else { throw .external("\(grid) has no JSON") }
    bytes = values.withUnsafeBytes { Array(line) + [UInt8(ascii: "\n")] + Array($0) }
  }
}

/// The answer for a lane.
struct ExternalAnswer: Decodable {
  private let scale: Double?
  private let zeroPoint: Int?
  private let lower: Double?
  private let upper: Double?
  private let notDefined: String?

  enum CodingKeys: String, CodingKey {
    case scale, lower, upper
    case zeroPoint = "zero_point"
    case notDefined = "not_defined"
  }

  init(_ line: [UInt8]) throws(EstimationError) {
    do {
      self = try JSONDecoder().decode(Self.self, from: Data(line))
    } catch {
      throw Self.fault(
        "'\(String(decoding: line.prefix(80), as: UTF8.self))'",
        "{\"scale\": S, \"zero_point\": Z}, {\"lower\": L, \"upper\": U} or {\"not_defined\": \"why\"}"
      )
    }
  }

  /// The quantizer that the answer describes.
  func parameters(on grid: CodeGrid) throws(EstimationError) -> QuantizationParameters {
    switch (scale, lower, upper, notDefined) {
    case (nil, nil, nil, let reason?): throw .notDefined(reason: reason)
    case (let scale?, nil, nil, nil):
      guard scale > 0, scale.isFinite else {
        throw Self.fault("the scale \(scale)", "a finite number above 0")
      }
      return QuantizationParameters(scale: scale, zeroPoint: try zeroPoint(on: grid), grid: grid)
    case (nil, let lower?, let upper?, nil) where zeroPoint == nil:
      guard lower <= upper, lower.isFinite, upper.isFinite else {
        throw Self.fault("the range \(lower) to \(upper)", "finite numbers, the lower one first")
      }
      return QuantizationParameters(covering: ClippingRange(lower, upper), on: grid)
    default:
      throw Self.fault(
        "no range", "scale (with zero_point), or lower and upper, or not_defined alone")
    }
  }

  private func zeroPoint(on grid: CodeGrid) throws(EstimationError) -> Int {
    let allowed = grid.family.scheme == .affine ? grid.codes : 0...0
    guard let zeroPoint else {
      guard allowed.count == 1 else { throw Self.fault("no zero_point", "one on an affine grid") }
      return 0
    }
    guard allowed.contains(zeroPoint) else {
      throw Self.fault(
        "the zero point \(zeroPoint)", "one from \(allowed.lowerBound) to \(allowed.upperBound)")
    }
    return zeroPoint
  }

  private static func fault(_ found: String, _ expected: String) -> EstimationError {
    .external("the external rule answers \(found); expected \(expected)")
  }
}
