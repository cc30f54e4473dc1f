/// A value in prose that comes from the output of a cell: `<!-- =errors | minmax | MSE -->0.25<!--
/// / -->`.
///
/// Comments are invisible in the rendered document; the text between them is replaced. The first
/// word is the name of the cell. For a table in its output, the last word is the column and the
/// words between are found in the row. A single word is the beginning of a line, and the value is
/// the rest of it. A final format such as `%.2f` rounds the value.
struct ValueReference: Equatable, Sendable {
  let line: Int
  /// The position of the value in the line, in characters.
  let place: Range<Int>
  let cell: String
  /// The words of the row and the name of the column, or the single word at the beginning of a
  /// line.
  let path: [String]
  let format: ValueFormat?

  /// The references in a line.
  ///
  /// - Throws: If a reference is malformed, or begins a line of text, which Markdown would take for
  ///   HTML.
  static func all(in text: String, at line: Int, isText: Bool) throws(LineFault) -> [Self] {
    var found: [Self] = []
    var rest = text[...]
    while let begin = rest.firstRange(of: "<!-- =") {
      guard let middle = rest[begin.upperBound...].firstRange(of: "-->"),
        let end = rest[middle.upperBound...].firstRange(of: "<!-- / -->")
      else {
        throw LineFault("this value has no end; expected '<!-- / -->' in the same line", at: line)
      }
      guard isText, !text[..<begin.lowerBound].isBlank else {
        throw LineFault(
          "a value begins this line, which makes it HTML; expected a word before it", at: line)
      }
      let address = rest[begin.upperBound..<middle.lowerBound]
      let place =
        text.distance(
          from: text.startIndex, to: middle.upperBound)..<text.distance(
          from: text.startIndex, to: end.lowerBound)
      found.append(try Self(address, line: line, place: place))
      rest = rest[end.upperBound...]
    }
    return found
  }

  private init(_ address: Substring, line: Int, place: Range<Int>) throws(LineFault) {
    (self.line, self.place) = (line, place)
    var parts = address.split(separator: "|", omittingEmptySubsequences: false).map(\.trimmed)
    if let last = parts.last, last.hasPrefix("%") {
      guard let format = ValueFormat(last) else {
        throw LineFault("'\(last)' is no format; expected one such as %.2f, %.3g or %.0e", at: line)
      }
      self.format = format
      parts.removeLast()
    } else {
      format = nil
    }
    guard parts.count >= 2, parts.allSatisfy({ !$0.isEmpty }) else {
      throw LineFault(
        "'\(address.trimmed)' names no value; expected cell | row | column or cell | word", at: line
      )
    }
    cell = parts[0]
    path = Array(parts.dropFirst())
  }
}
