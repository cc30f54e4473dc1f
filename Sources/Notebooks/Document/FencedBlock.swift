/// A fenced code block of a document.
struct FencedBlock: Equatable, Sendable {
  /// The line of the opening fence, from 0.
  let opening: Int
  /// The line of the closing fence; nil if the document or a list item ends first.
  var closing: Int?
  /// The columns before the fence.
  let indentation: Int
  /// The text after the opening fence.
  let info: String
  /// The lines between the fences, without the indentation of the fence.
  var content: [String] = []

  let mark: Character
  let length: Int

  /// The block that a line opens; nil unless the line begins with three or more backticks or
  /// tildes.
  ///
  /// - Parameters:
  ///   - text: The line from its first character that is not white space.
  ///   - indentation: The columns before that.
  init?(opening line: Int, _ text: Substring, indentation: Int) {
    guard let mark = text.first, mark == "`" || mark == "~" else { return nil }
    let rest = text.drop { $0 == mark }
    length = text.count - rest.count
    // Backticks followed by more backticks are a code span in a paragraph.
    guard length >= 3, mark == "~" || !rest.contains("`") else { return nil }
    self.mark = mark
    self.indentation = indentation
    opening = line
    info = rest.trimmed
  }

  /// Whether a line closes this block.
  ///
  /// - Parameter container: The column where the content of the surrounding list item begins.
  func isClosed(by text: String, in container: Int) -> Bool {
    guard text.indentation() - container < 4 else { return false }
    let fence = text.drop { $0 == " " || $0 == "\t" }
    let rest = fence.drop { $0 == mark }
    return fence.count - rest.count >= length && rest.isBlank
  }

  /// Takes a line of content.
  mutating func append(_ text: String) {
    var rest = Substring(text)
    var column = 0
    while column < indentation, let first = rest.first, first == " " || first == "\t" {
      column += first == "\t" ? 4 - column % 4 : 1
      rest.removeFirst()
    }
    content.append(String(repeating: " ", count: max(0, column - indentation)) + rest)
  }
}
