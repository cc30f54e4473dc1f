internal import Foundation
internal import ResultRecords

extension FormatInput {
  /// The value of a JSON file in the same folder; nothing where there is none.
  ///
  /// - Parameter name: The name of the file.
  /// - Throws: ``FormatFault`` that begins with the name.
  func sibling<Value: Decodable>(
    _ name: String, _ type: Value.Type
  ) throws(FormatFault) -> Value? {
    guard let data = beside("/\(name)") else { return nil }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw FormatFault(name, "is not text in UTF-8")
    }
    do throws(JSONFault) { return try JSONText.value(type, from: text) } catch {
      throw FormatFault(name, error.description)
    }
  }
}

extension FormatFile {
  /// A JSON file in the same folder.
  static func sibling<Value: Encodable>(_ name: String, _ value: Value) -> FormatFile {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    // Nothing in it can fail to be encoded: texts, integers and truth values.
    let data = (try? encoder.encode(value)) ?? Data()
    return FormatFile(suffix: "/\(name)", data: data + Data("\n".utf8))
  }
}
