/// What is wrong with comma-separated values.
package struct CSVFault: Error, Equatable, Sendable, CustomStringConvertible {
  /// The line, from 1, and what is wrong there.
  package let description: String

  fileprivate init(line: Int, _ what: String) { description = "line \(line): \(what)" }
}

/// Comma-separated values (RFC 4180), byte for byte.
///
/// Bytes and not characters are compared: a comma with a combining mark behind it is one character to
/// Swift, and still ends a cell. Lines end with `\n`, `\r\n` or `\r`; lines without anything are
/// left out, and so is a byte order mark at the start.
package enum CSVText {
  /// The cells of each line, those of the header first.
  ///
  /// - Throws: Where a quotation mark is not closed, or stands where none may be.
  /// - Complexity: O(n), n the bytes of the text.
  package static func rows(_ text: String) throws(CSVFault) -> [[String]] {
    var scan = Scan()
    let start = text.utf8.starts(with: "\u{FEFF}".utf8) ? 3 : 0
    for byte in text.utf8.dropFirst(start) { try scan.take(byte) }
    return try scan.finished()
  }

  /// Cells as one line, without its end.
  package static func line(_ cells: [String]) -> String {
    cells.map(quoted).joined(separator: ",")
  }

  private static func quoted(_ cell: String) -> String {
    guard cell.utf8.contains(where: special.contains) else { return cell }
    var quoted = [quote]
    for byte in cell.utf8 { quoted += byte == quote ? [quote, quote] : [byte] }
    return String(decoding: quoted + [quote], as: UTF8.self)
  }

  private static let special = Array(",\"\n\r".utf8)
  private static let quote = UInt8(ascii: "\"")
}

/// Takes text apart byte by byte.
private struct Scan {
  /// Where a byte stands.
  private enum State { case start, plain, quoted, closed }

  private var state = State.start
  private var rows: [[String]] = []
  private var row: [String] = []
  private var cell: [UInt8] = []
  private var line = 1
  private var opening = 1
  private var isAfterReturn = false

  mutating func take(_ byte: UInt8) throws(CSVFault) {
    let endsReturn = isAfterReturn && byte == UInt8(ascii: "\n")
    isAfterReturn = byte == UInt8(ascii: "\r")
    defer { if isAfterReturn || byte == UInt8(ascii: "\n") && !endsReturn { line += 1 } }
    switch (state, byte) {
    case (.quoted, UInt8(ascii: "\"")): state = .closed
    case (.quoted, _): cell.append(byte)
    case (.closed, UInt8(ascii: "\"")):
      cell.append(byte)
      state = .quoted
    case (_, UInt8(ascii: ",")): endCell()
    case (_, UInt8(ascii: "\n")) where endsReturn: break
    case (_, UInt8(ascii: "\n")), (_, UInt8(ascii: "\r")): endRow()
    case (.start, UInt8(ascii: "\"")): (state, opening) = (.quoted, line)
    case (.plain, UInt8(ascii: "\"")):
      throw CSVFault(line: line, "a quotation mark in a cell; expected the whole cell in quotes")
    case (.closed, _):
      throw CSVFault(line: line, "text after a closing quotation mark; expected ',' or a line end")
    case (.start, _), (.plain, _):
      cell.append(byte)
      state = .plain
    }
  }

  /// Every row, with what stands after the last line end.
  mutating func finished() throws(CSVFault) -> [[String]] {
    guard state != .quoted else {
      throw CSVFault(line: opening, "a quotation mark is not closed")
    }
    endRow()
    return rows
  }

  private mutating func endCell() {
    row.append(String(decoding: cell, as: UTF8.self))
    cell.removeAll(keepingCapacity: true)
    state = .start
  }

  private mutating func endRow() {
    guard !row.isEmpty || state != .start else { return }
    endCell()
    rows.append(row)
    row = []
  }
}
