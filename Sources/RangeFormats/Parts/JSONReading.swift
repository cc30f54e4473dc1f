internal import Foundation
internal import ResultRecords
internal import TensorIO

extension FormatInput {
  /// The value that the text stands for, as JSON.
  ///
  /// - Throws: ``FormatFault`` with the line and column, or with the path of the value.
  func json<Value: Decodable>(_ type: Value.Type) throws(FormatFault) -> Value {
    let text = try text()
    do throws(JSONFault) { return try JSONText.value(type, from: text) } catch {
      throw FormatFault(error.description)
    }
  }
}

/// Any key of an object.
struct AnyKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }
  init(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}

/// An integer that may be written with a fraction of zeros, such as `-128.0`.
struct WrittenInteger: Decodable {
  let value: Int

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let number = try container.decode(Double.self)
    guard let integer = Int(exactly: number) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "\(number) is no integer")
    }
    value = integer
  }
}

/// A number, or lists of numbers in each other: one, a row, or rows.
enum NumberTree: Decodable {
  case one(Double)
  case row([Double])
  case rows([[Double]])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let number = try? container.decode(Double.self) {
      self = .one(number)
    } else if let row = try? container.decode([Double].self) {
      self = .row(row)
    } else {
      self = .rows(try container.decode([[Double]].self))
    }
  }

  /// All numbers in their order.
  var numbers: [Double] {
    switch self {
    case .one(let number): [number]
    case .row(let row): row
    case .rows(let rows): rows.flatMap(\.self)
    }
  }
}

/// The integers, where all of them are, and none is beyond 2^53.
func integers(_ numbers: [Double]) -> [Int]? {
  let integers = numbers.compactMap { $0.magnitude < 0x1p53 ? Int(exactly: $0) : nil }
  return integers.count == numbers.count ? integers : nil
}

/// The entry `index` of a list, with its name: a place for messages.
func place(_ list: String, _ index: Int, _ name: String) -> String {
  "\(list)[\(index)] \(quoted(name))"
}
