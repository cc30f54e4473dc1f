/// The lines of a document with their endings, which join to the same bytes again.
struct DocumentLines: Equatable, Sendable {
  /// A line without its ending, and the ending: `\n`, `\r\n` or, on a last line, nothing.
  struct Line: Equatable, Sendable {
    var text: String
    var ending: String
  }

  private(set) var lines: [Line] = []

  /// Splits a document.
  ///
  /// Scalars are compared, not characters: Swift takes `\r\n` for one character.
  init(_ document: String) {
    var text = String.UnicodeScalarView()
    for scalar in document.unicodeScalars {
      guard scalar == "\n" else {
        text.append(scalar)
        continue
      }
      let isCarried = text.last == "\r"
      if isCarried { text.removeLast() }
      lines.append(Line(text: String(text), ending: isCarried ? "\r\n" : "\n"))
      text = String.UnicodeScalarView()
    }
    if !text.isEmpty { lines.append(Line(text: String(text), ending: "")) }
  }

  init(_ lines: [Line]) { self.lines = lines }

  /// The joined document.
  var text: String { lines.map { $0.text + $0.ending }.joined() }

  /// The line ending for new lines: that of the first line.
  var ending: String { lines.first { !$0.ending.isEmpty }?.ending ?? "\n" }
}

extension StringProtocol {
  /// The columns of white space at the start, tabs reaching to the next multiple of four.
  func indentation(from column: Int = 0) -> Int {
    var end = column
    for character in unicodeScalars {
      switch character {
      case " ": end += 1
      case "\t": end += 4 - end % 4
      default: return end - column
      }
    }
    return end - column
  }

  /// Whether the line has only white space.
  var isBlank: Bool { unicodeScalars.allSatisfy { $0 == " " || $0 == "\t" } }

  /// Without white space at either end.
  var trimmed: String {
    let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" }
    guard let first = firstIndex(where: { !isSpace($0) }),
      let last = lastIndex(where: { !isSpace($0) })
    else { return "" }
    return String(self[first...last])
  }
}
