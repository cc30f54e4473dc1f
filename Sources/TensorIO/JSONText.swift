/// A parsed JSON text, for headers of files from anywhere.
///
/// Unlike Foundation's decoder it keeps repeated keys, which other readers may treat in another
/// way, and names that differ in any byte are different. The depth is limited; the caller limits
/// the size.
enum JSONValue: Equatable, Sendable {
  case null
  case boolean(Bool)
  case integer(Int)
  /// Any other number, without its value: no header needs it.
  case number
  case string(String)
  case array([JSONValue])
  case object([Member])

  /// One `"key": value`.
  struct Member: Equatable, Sendable {
    let key: String
    let value: JSONValue
  }

  /// The reason why a text is not JSON, with the offset of the first wrong byte.
  struct Fault: Error, Equatable {
    let offset: Int
    let reason: String
  }

  /// Parses a text that consists of one value, with white space around it.
  ///
  /// - Complexity: O(bytes).
  init(parsing text: [UInt8]) throws(Fault) {
    var parser = JSONParser(text)
    self = try parser.parseDocument()
  }

  /// The value of a key; nil if this is no object with that key.
  subscript(key: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.key == key }?.value
  }

  /// The text, if this is a string.
  var string: String? { if case .string(let text) = self { text } else { nil } }

  /// The integers, if this is an array of integers only.
  var integers: [Int]? {
    guard case .array(let values) = self else { return nil }
    var integers: [Int] = []
    for value in values {
      guard case .integer(let integer) = value else { return nil }
      integers.append(integer)
    }
    return integers
  }
}

/// A strict recursive descent parser over bytes, with a limited depth.
private struct JSONParser {
  private static let maximumDepth = 64
  private static let escapes: [UInt8: UInt8] = [
    UInt8(ascii: "\""): 0x22, UInt8(ascii: "\\"): 0x5C, UInt8(ascii: "/"): 0x2F,
    UInt8(ascii: "b"): 0x08, UInt8(ascii: "f"): 0x0C, UInt8(ascii: "n"): 0x0A,
    UInt8(ascii: "r"): 0x0D, UInt8(ascii: "t"): 0x09,
  ]

  private let text: [UInt8]
  private var position = 0
  private var depth = 0

  init(_ text: [UInt8]) { self.text = text }

  private typealias Fault = JSONValue.Fault

  private var next: UInt8? { position < text.count ? text[position] : nil }

  private func fault(_ reason: String) -> Fault {
    Fault(offset: position, reason: next == nil ? "unexpected end" : reason)
  }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      position += 1
    }
  }

  private mutating func accept(_ character: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  mutating func parseDocument() throws(JSONValue.Fault) -> JSONValue {
    skipSpace()
    let value = try parseValue()
    skipSpace()
    guard next == nil else { throw fault("unexpected text after the value") }
    return value
  }

  private mutating func parseValue() throws(Fault) -> JSONValue {
    guard depth < Self.maximumDepth else { throw fault("nested too deeply") }
    depth += 1
    defer { depth -= 1 }
    // At the end, zero is used, which does not begin a value either.
    switch next ?? 0 {
    case UInt8(ascii: "\""): return .string(try parseString())
    case UInt8(ascii: "["): return try parseArray()
    case UInt8(ascii: "{"): return try parseObject()
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try parseNumber()
    default: return try parseWord()
    }
  }

  private mutating func parseWord() throws(Fault) -> JSONValue {
    let words: [(String, JSONValue)] = [
      ("true", .boolean(true)), ("false", .boolean(false)), ("null", .null),
    ]
    for (word, value) in words where text[position...].starts(with: word.utf8) {
      position += word.utf8.count
      return value
    }
    throw fault("unexpected character")
  }

  private mutating func parseArray() throws(Fault) -> JSONValue {
    position += 1
    var values: [JSONValue] = []
    skipSpace()
    if accept("]") { return .array(values) }
    while true {
      skipSpace()
      values.append(try parseValue())
      skipSpace()
      if accept("]") { return .array(values) }
      guard accept(",") else { throw fault("expected ',' or ']'") }
    }
  }

  private mutating func parseObject() throws(Fault) -> JSONValue {
    position += 1
    var members: [JSONValue.Member] = []
    var keys: Set<ExactName> = []
    skipSpace()
    if accept("}") { return .object(members) }
    while true {
      skipSpace()
      guard next == UInt8(ascii: "\"") else { throw fault("expected a quoted key") }
      let start = position
      let key = try parseString()
      guard keys.insert(ExactName(key)).inserted else {
        throw Fault(offset: start, reason: "key \(quoted(key)) occurs more than once")
      }
      skipSpace()
      guard accept(":") else { throw fault("expected ':' after key \(quoted(key))") }
      skipSpace()
      members.append(JSONValue.Member(key: key, value: try parseValue()))
      skipSpace()
      if accept("}") { return .object(members) }
      guard accept(",") else { throw fault("expected ',' or '}'") }
    }
  }

  private mutating func parseNumber() throws(Fault) -> JSONValue {
    let start = position
    let isNegative = accept("-")
    let digits = skipDigits()
    guard digits > 0 else { throw fault("expected a digit") }
    guard digits == 1 || text[position - digits] != UInt8(ascii: "0") else {
      throw Fault(offset: start, reason: "number with a leading zero")
    }
    var isInteger = true
    if accept(".") {
      isInteger = false
      guard skipDigits() > 0 else { throw fault("expected a digit") }
    }
    if accept("e") || accept("E") {
      isInteger = false
      if !accept("+") { _ = accept("-") }
      guard skipDigits() > 0 else { throw fault("expected a digit") }
    }
    guard isInteger else { return .number }
    let magnitude = String(decoding: text[(position - digits)..<position], as: UTF8.self)
    return Int((isNegative ? "-" : "") + magnitude).map(JSONValue.integer) ?? .number
  }

  private mutating func skipDigits() -> Int {
    let start = position
    while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
    return position - start
  }

  private mutating func parseString() throws(Fault) -> String {
    let start = position
    position += 1
    var decoded: [UInt8] = []
    while let byte = next, byte != UInt8(ascii: "\"") {
      guard byte >= 0x20 else { throw fault("control character in a string") }
      position += 1
      if byte == UInt8(ascii: "\\") {
        decoded += try parseEscape()
      } else {
        decoded.append(byte)
      }
    }
    guard accept("\"") else { throw fault("unterminated string") }
    guard let string = String(validating: decoded, as: UTF8.self) else {
      throw Fault(offset: start, reason: "string that is not UTF-8")
    }
    return string
  }

  /// Parses an escape after its backslash, and returns the bytes of its character.
  private mutating func parseEscape() throws(Fault) -> [UInt8] {
    guard let byte = next else { throw fault("unterminated string") }
    if let meaning = Self.escapes[byte] {
      position += 1
      return [meaning]
    }
    guard accept("u") else { throw fault("unknown escape") }
    let first = try parseCodeUnit()
    // Characters beyond 16 bits are written as two escapes.
    var value = first
    if first & 0xFC00 == 0xD800, text[position...].starts(with: [0x5C, 0x75]) {
      position += 2
      let second = try parseCodeUnit()
      guard second & 0xFC00 == 0xDC00 else { throw fault("half a character") }
      value = 0x10000 + ((first & 0x3FF) << 10) + (second & 0x3FF)
    }
    guard let scalar = Unicode.Scalar(value) else { throw fault("half a character") }
    return Array(String(scalar).utf8)
  }

  private mutating func parseCodeUnit() throws(Fault) -> UInt32 {
    guard text.count - position >= 4 else { throw fault("expected four digits") }
    var value: UInt32 = 0
    for byte in text[position..<position + 4] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
        throw fault("expected four digits")
      }
      value = value << 4 | UInt32(digit)
    }
    position += 4
    return value
  }
}
