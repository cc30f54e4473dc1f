/// The lines of a text file in UTF-8; files of all systems can be read.
struct TextLines {
  /// The lines, without line ends and without comments after `#`.
  let lines: [ArraySlice<UInt8>]

  /// Decodes UTF-8, with a byte order mark or without, and UTF-16 with one.
  ///
  /// - Throws: `TensorFileError.malformed` if the bytes are neither.
  init(_ bytes: [UInt8], name: String) throws(TensorFileError) {
    guard let text = Self.utf8(of: bytes) else {
      throw .malformed(
        name: name,
        reason: "is not UTF-8 text, nor UTF-16 with a byte order mark; expected numbers")
    }
    lines = Self.split(text).map(Self.withoutComment)
  }

  private static func utf8(of bytes: [UInt8]) -> [UInt8]? {
    let isLittleEndian = bytes.starts(with: [0xFF, 0xFE])
    if isLittleEndian || bytes.starts(with: [0xFE, 0xFF]) {
      guard bytes.count.isMultiple(of: 2) else { return nil }
      let units = stride(from: 2, to: bytes.count, by: 2).map { place in
        let (first, second) = (UInt16(bytes[place]), UInt16(bytes[place + 1]))
        return isLittleEndian ? second << 8 | first : first << 8 | second
      }
      return String(validating: units, as: UTF16.self).map { Array($0.utf8) }
    }
    let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    return String(validating: bytes[start...], as: UTF8.self).map { Array($0.utf8) }
  }

  /// Splits text at line feeds, carriage returns, and carriage returns with a line feed.
  private static func split(_ text: [UInt8]) -> [ArraySlice<UInt8>] {
    var lines: [ArraySlice<UInt8>] = []
    var start = 0
    for (place, byte) in text.enumerated() where byte == 0x0A || byte == 0x0D {
      // No line ends between a carriage return and a line feed.
      if byte != 0x0A || place == 0 || text[place - 1] != 0x0D { lines.append(text[start..<place]) }
      start = place + 1
    }
    lines.append(text[start...])
    return lines
  }

  /// The part of a line before a comment.
  ///
  /// A `#` begins a comment unless it is in quotes, or begins a mark of spreadsheet programs for a
  /// cell without a value, such as `#N/A` and `#DIV/0!`.
  private static func withoutComment(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var isQuoted = false
    for (place, byte) in zip(line.indices, line) {
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      if byte == UInt8(ascii: "#"), !isQuoted, !isCell(line, at: place) { return line[..<place] }
    }
    return line
  }

  private static func isCell(_ line: ArraySlice<UInt8>, at mark: Int) -> Bool {
    let before = mark > line.startIndex ? line[mark - 1] : 0x20
    if before == UInt8(ascii: ",") || before == UInt8(ascii: ";") { return true }
    let word = line[(mark + 1)...].prefix { !" \t\u{B}\u{C},;".utf8.contains($0) }
    guard let last = word.last, !word.contains(where: { (0x61...0x7A).contains($0) }) else {
      return false
    }
    return last == UInt8(ascii: "!") || last == UInt8(ascii: "?") || before == 0x09
      || word.elementsEqual("N/A".utf8)
  }
}
