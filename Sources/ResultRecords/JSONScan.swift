internal import TensorIO

/// Checks the syntax of JSON (RFC 8259) byte by byte: the library that reads it does not say where it
/// is wrong, takes the first of repeated keys and nests deep.
struct JSONScan {
  private let bytes: [UInt8]
  private var index = 0
  private var depth = 0

  init(_ text: String) { bytes = Array(text.utf8) }

  /// One value and nothing else.
  mutating func document() throws(JSONFault) {
    try value()
    skipSpace()
    guard index == bytes.count else { throw fault("text after the value") }
  }

  private mutating func value() throws(JSONFault) {
    skipSpace()
    switch peek {
    case UInt8(ascii: "{"): try container("{", "}", Self.entry)
    case UInt8(ascii: "["): try container("[", "]", Self.element)
    case UInt8(ascii: "\""): _ = try string()
    default: try word()
    }
  }

  /// The elements of a list or an object, up to its end.
  private mutating func container(
    _ opening: Unicode.Scalar, _ closing: Unicode.Scalar,
    _ element: (inout JSONScan, inout Set<[UInt8]>) throws(JSONFault) -> Void
  ) throws(JSONFault) {
    depth += 1
    guard depth <= JSONText.maximumDepth else {
      throw fault("nested too deeply; expected at most \(JSONText.maximumDepth) levels")
    }
    index += 1
    skipSpace()
    var keys: Set<[UInt8]> = []
    if !take(closing) {
      repeat {
        try element(&self, &keys)
        skipSpace()
      } while take(",")
      guard take(closing) else { throw fault("expected ',' or '\(closing)'") }
    }
    depth -= 1
  }

  private static func element(
    _ scan: inout JSONScan, _ keys: inout Set<[UInt8]>
  ) throws(JSONFault) { try scan.value() }

  private static func entry(
    _ scan: inout JSONScan, _ keys: inout Set<[UInt8]>
  ) throws(JSONFault) { try scan.entry(&keys) }

  private mutating func entry(_ keys: inout Set<[UInt8]>) throws(JSONFault) {
    skipSpace()
    guard peek == UInt8(ascii: "\"") else { throw fault("expected a key in quotes") }
    let start = index
    let key = try string()
    guard keys.insert(key).inserted else {
      let name = quoted(String(decoding: key, as: UTF8.self))
      index = start
      throw fault("the key \(name) is given twice; expected every key once")
    }
    skipSpace()
    guard take(":") else { throw fault("expected ':'") }
    try value()
  }

  /// The bytes between the quotation marks, escapes as they are written.
  private mutating func string() throws(JSONFault) -> [UInt8] {
    index += 1
    let start = index
    while let byte = peek, byte != UInt8(ascii: "\"") {
      guard byte >= 0x20 else { throw fault("a control character in a string; expected an escape") }
      index += byte == UInt8(ascii: "\\") ? 2 : 1
    }
    guard index < bytes.count else { throw fault("a string is not closed") }
    defer { index += 1 }
    return Array(bytes[start..<index])
  }

  /// A number, `true`, `false` or `null`.
  private mutating func word() throws(JSONFault) {
    let start = index
    while let byte = peek, !Self.endsWord(byte) { index += 1 }
    // Nearly all words are short numbers, and need not become texts to be known for such.
    if isShortNumber(bytes[start..<index]) { return }
    let word = String(decoding: bytes[start..<index], as: UTF8.self)
    let isNumber = decimalNumber(word) != nil && word.first != "+"
    guard isNumber || ["true", "false", "null"].contains(word) else {
      index = start
      throw fault(word.isEmpty ? "expected a value" : "\(quoted(word)) is no value of JSON")
    }
  }

  private static func endsWord(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x20, 0x09, 0x0A, 0x0D, UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "\""): true
    case UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}"): true
    default: false
    }
  }

  /// Whether a word is a number without exponent, or with one of two digits, that no digit makes
  /// longer than a Double can be.
  private func isShortNumber(_ word: ArraySlice<UInt8>) -> Bool {
    var rest = word
    guard rest.count < 64 else { return false }
    if rest.first == UInt8(ascii: "-") { rest.removeFirst() }
    guard Self.takeDigits(&rest) > 0 else { return false }
    if rest.first == UInt8(ascii: ".") {
      rest.removeFirst()
      guard Self.takeDigits(&rest) > 0 else { return false }
    }
    guard let letter = rest.popFirst() else { return true }
    guard letter == UInt8(ascii: "e") else { return false }
    if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
    return (1...2).contains(Self.takeDigits(&rest)) && rest.isEmpty
  }

  private static func takeDigits(_ rest: inout ArraySlice<UInt8>) -> Int {
    let start = rest.startIndex
    while let byte = rest.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
      rest.removeFirst()
    }
    return rest.startIndex - start
  }

  private var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard let byte = peek, Unicode.Scalar(byte) == scalar else { return false }
    index += 1
    return true
  }

  private mutating func skipSpace() {
    while let byte = peek, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
      index += 1
    }
  }

  private func fault(_ what: String) -> JSONFault {
    let before = bytes[..<min(index, bytes.count)]
    let line = before.count { $0 == 0x0A } + 1
    let start = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    let column = String(decoding: before[start...], as: UTF8.self).unicodeScalars.count + 1
    return JSONFault(description: "line \(line), column \(column): \(what)")
  }
}
