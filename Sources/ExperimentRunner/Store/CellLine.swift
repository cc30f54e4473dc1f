internal import ResultRecords

/// A stored cell as one line: address, origin, seconds, record.
struct CellLine: Sendable {
  let address: String
  /// The origin of the result; nil for a line that another release has written.
  let origin: CellOrigin?
  let seconds: Double
  /// The line of a results table, in which line ends within a text are escaped.
  private let escaped: String

  init(_ entry: StoredResults.Entry, of cell: ExperimentCell) {
    (address, origin, seconds) = (cell.address, cell.origin, entry.seconds)
    escaped = Self.escaped(ResultTable.line(entry.record))
  }

  /// Parses ``text``; nil if the text has another form.
  init?(_ text: String) {
    let tab = UInt8(ascii: "\t")
    let parts = text.utf8.split(separator: tab, maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count == 4, let seconds = Double(Substring(parts[2])) else { return nil }
    address = String(Substring(parts[0]))
    origin = CellOrigin(Substring(parts[1]))
    self.seconds = seconds
    escaped = String(Substring(parts[3]))
  }

  /// The line, without a line end.
  var text: String { "\(address)\t\(origin?.description ?? "")\t\(seconds)\t\(escaped)" }

  /// The record; nil if the line has none.
  var record: ResultRecord? { try? ResultTable.record(inLine: Self.unescaped(escaped)) }

  private static let (backslash, newline) = (UInt8(ascii: "\\"), UInt8(ascii: "\n"))

  // Bytes are compared, because a backslash followed by a combining mark is one character.
  private static func escaped(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 == backslash || $0 == newline }) else { return text }
    let bytes = text.utf8.flatMap { byte in
      switch byte {
      case backslash: [backslash, backslash]
      case newline: [backslash, UInt8(ascii: "n")]
      default: [byte]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func unescaped(_ text: String) -> String {
    guard text.utf8.contains(backslash) else { return text }
    var bytes: [UInt8] = []
    var isEscape = false
    for byte in text.utf8 {
      if isEscape {
        bytes.append(byte == UInt8(ascii: "n") ? newline : byte)
        isEscape = false
      } else if byte == backslash {
        isEscape = true
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
