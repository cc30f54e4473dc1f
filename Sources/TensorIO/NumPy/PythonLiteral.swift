/// The part of Python's literal syntax that occurs in the header of an .npy file.
package enum PythonLiteral: Equatable, Sendable {
  case string(String)
  case integer(Int)
  case boolean(Bool)
  case none
  case tuple([PythonLiteral])
  case list([PythonLiteral])
  case dictionary([Entry])

  /// One `key: value` of a dictionary.
  ///
  /// In this format, keys are strings.
  package struct Entry: Equatable, Sendable {
    package let key: String
    package let value: PythonLiteral

    package init(key: String, value: PythonLiteral) {
      self.key = key
      self.value = value
    }
  }

  /// The reason why a text is not a literal, with the offset of the first wrong byte.
  package struct Fault: Error, Equatable {
    package let offset: Int
    package let reason: String

    package init(offset: Int, reason: String) {
      self.offset = offset
      self.reason = reason
    }
  }

  /// Parses a text that consists of one literal, with white space around it.
  package init(parsing text: [UInt8]) throws(Fault) {
    var parser = PythonLiteralParser(text)
    self = try parser.parseDocument()
  }
}

/// A strict recursive descent parser over bytes, with a limited depth.
private struct PythonLiteralParser {
  private static let maximumDepth = 32

  private let text: [UInt8]
  private var position = 0
  private var depth = 0

  init(_ text: [UInt8]) { self.text = text }

  private typealias Fault = PythonLiteral.Fault

  private var next: UInt8? { position < text.count ? text[position] : nil }

  private func fault(_ reason: String) -> Fault { Fault(offset: position, reason: reason) }

  private mutating func skipSpace() {
    while let byte = next, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { position += 1 }
  }

  private mutating func accept(_ character: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  mutating func parseDocument() throws(PythonLiteral.Fault) -> PythonLiteral {
    skipSpace()
    let value = try parseValue()
    skipSpace()
    guard next == nil else { throw fault("unexpected text after the literal") }
    return value
  }

  private mutating func parseValue() throws(Fault) -> PythonLiteral {
    guard depth < Self.maximumDepth else { throw fault("nested too deeply") }
    depth += 1
    defer { depth -= 1 }
    // At the end, zero is used, which does not begin a literal either.
    switch next ?? 0 {
    case UInt8(ascii: "'"), UInt8(ascii: "\""): return .string(try parseString())
    case UInt8(ascii: "("): return try parseTuple()
    case UInt8(ascii: "["):
      return .list(try parseItems(until: "]").items)
    case UInt8(ascii: "{"): return try parseDictionary()
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      return .integer(try parseInteger())
    default: return try parseWord()
    }
  }

  private mutating func parseString() throws(Fault) -> String {
    let quote = text[position]
    position += 1
    let start = position
    while let byte = next, byte != quote {
      guard byte != 0x0A else { throw fault("line break in a string") }
      // Escapes are kept as they are written: only names of fields have them, and these are not used.
      position += byte == UInt8(ascii: "\\") ? 2 : 1
    }
    guard next == quote else { throw fault("unterminated string") }
    defer { position += 1 }
    return String(decoding: text[start..<position], as: UTF8.self)
  }

  private mutating func parseInteger() throws(Fault) -> Int {
    let start = position
    let isNegative = accept("-")
    var value = 0
    var digits = 0
    while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
      let (scaled, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = scaled.addingReportingOverflow(Int(byte - UInt8(ascii: "0")))
      guard !overflow, !carry else {
        throw Fault(offset: start, reason: "number does not fit 64 bits")
      }
      value = sum
      digits += 1
      position += 1
    }
    guard digits > 0 else { throw fault("expected a digit") }
    // Files from Python 2 have long integers such as `3L`.
    _ = accept("L")
    return isNegative ? -value : value
  }

  private mutating func parseWord() throws(Fault) -> PythonLiteral {
    let words: [(String, PythonLiteral)] = [
      ("True", .boolean(true)), ("False", .boolean(false)), ("None", .none),
    ]
    for (word, value) in words where text[position...].starts(with: word.utf8) {
      position += word.utf8.count
      return value
    }
    throw fault(next == nil ? "unexpected end of the header" : "unexpected character")
  }

  private mutating func parseTuple() throws(Fault) -> PythonLiteral {
    let (items, endsWithComma) = try parseItems(until: ")")
    // As in Python, `(3)` is a number and only `(3,)` a tuple.
    if items.count == 1, !endsWithComma { return items[0] }
    return .tuple(items)
  }

  private mutating func parseItems(
    until closing: Unicode.Scalar
  ) throws(Fault) -> (items: [PythonLiteral], endsWithComma: Bool) {
    position += 1
    var items: [PythonLiteral] = []
    var endsWithComma = true
    while true {
      skipSpace()
      if accept(closing) { return (items, endsWithComma) }
      guard endsWithComma else { throw fault("expected ',' or '\(closing)'") }
      items.append(try parseValue())
      skipSpace()
      endsWithComma = accept(",")
    }
  }

  private mutating func parseDictionary() throws(Fault) -> PythonLiteral {
    position += 1
    var entries: [PythonLiteral.Entry] = []
    var endsWithComma = true
    while true {
      skipSpace()
      if accept("}") { return .dictionary(entries) }
      guard endsWithComma else { throw fault("expected ',' or '}'") }
      guard next == UInt8(ascii: "'") || next == UInt8(ascii: "\"") else {
        throw fault("expected a quoted key")
      }
      let key = try parseString()
      skipSpace()
      guard accept(":") else { throw fault("expected ':' after key \(quoted(key))") }
      skipSpace()
      entries.append(PythonLiteral.Entry(key: key, value: try parseValue()))
      skipSpace()
      endsWithComma = accept(",")
    }
  }
}
