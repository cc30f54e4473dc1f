internal import Foundation
internal import TensorIO

/// What is wrong with a text in JSON.
package struct JSONFault: Error, Equatable, Sendable, CustomStringConvertible {
  /// The place, what is wrong there, and what was expected.
  package let description: String

  /// Says what is wrong.
  package init(description: String) { self.description = description }
}

/// The one door by which JSON comes in and goes out.
package enum JSONText {
  /// Far more levels than any file of the lab has.
  package static let maximumDepth = 32

  /// Reads a value.
  ///
  /// The syntax is checked first: by line and column, to ``maximumDepth`` levels, every key of an
  /// object once. What is wrong with a value is said by its path, such as `grids[0].curve.clips`.
  ///
  /// - Throws: ``JSONFault``.
  package static func value<Value: Decodable>(
    _ type: Value.Type, from text: String
  ) throws(JSONFault) -> Value {
    var scan = JSONScan(text)
    try scan.document()
    do {
      return try JSONDecoder().decode(type, from: Data(text.utf8))
    } catch {
      throw JSONFault(description: describe(error))
    }
  }

  private static func describe(_ error: any Error) -> String {
    switch error as? DecodingError {
    case .typeMismatch(_, let context)?, .valueNotFound(_, let context)?:
      "\(path(context.codingPath)): \(printable(context.debugDescription))"
    case .keyNotFound(let key, let context)?:
      "\(path(context.codingPath)): the key \(quoted(key.stringValue)) is missing"
    case .dataCorrupted(let context)?:
      "\(path(context.codingPath)): \(printable(context.debugDescription))"
    default: printable("\(error)")
    }
  }

  private static func path(_ keys: [any CodingKey]) -> String {
    let path = keys.reduce("") { path, key in
      path + (key.intValue.map { "[\($0)]" } ?? (path.isEmpty ? "" : ".") + key.stringValue)
    }
    return path.isEmpty ? "the document" : printable(path)
  }

  /// JSON that says the same and may be shown by a terminal or a build server: control characters,
  /// those that turn the direction of text, and the bracket of `##[` or `##word[`, which begin a
  /// workflow command, are escapes.
  ///
  /// All of these stand in strings only, for line ends and spaces are left alone.
  package static func shown(_ json: String) -> String {
    var shown = String.UnicodeScalarView()
    var signs = 0
    for scalar in json.unicodeScalars {
      let isCommand = signs >= 2 && scalar == "["
      let isWord = signs >= 2 && scalar.properties.isAlphabetic
      signs = scalar == "#" ? signs + 1 : isWord ? signs : 0
      switch scalar.properties.generalCategory {
      case .control where scalar != "\n", .format, .lineSeparator, .paragraphSeparator:
        shown.append(contentsOf: escape(scalar))
      case _ where isCommand: shown.append(contentsOf: escape(scalar))
      default: shown.append(scalar)
      }
    }
    return String(shown)
  }

  private static func escape(_ scalar: Unicode.Scalar) -> String.UnicodeScalarView {
    String(scalar).utf16.map { unit in
      let digits = String(unit, radix: 16)
      return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }.joined().unicodeScalars
  }
}
