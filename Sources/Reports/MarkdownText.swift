internal import TensorIO

/// Escapes foreign text for a Markdown document, so that it is not interpreted as markup.
enum MarkdownText {
  /// A name as a code span.
  ///
  /// The fence has more backticks than any run in the name. In a table a backslash before a pipe
  /// would end the cell, so that backslash is escaped.
  static func code(_ name: String) -> String {
    let name = printable(name).replacing("\\|", with: "\\u{5C}|")
    let longest = name.split { $0 != "`" }.map(\.count).max() ?? 0
    let fence = String(repeating: "`", count: longest + 1)
    let touches = name.hasPrefix("`") || name.hasSuffix("`")
    let isSpaced = name.hasPrefix(" ") && name.hasSuffix(" ")
    let space = touches || isSpaced || name.isEmpty ? " " : ""
    return fence + space + name + space + fence
  }

  /// A sentence or a title in running text; ``MarkdownTable`` escapes pipes.
  static func plain(_ text: String) -> String {
    var result = ""
    for (index, character) in printable(text, limit: .max).enumerated() {
      let isMark = marks.contains(character) || index == 0 && "#-+=>".contains(character)
      result += (isMark ? "\\" : "") + String(character)
    }
    // Renderers turn plain addresses into links.
    result = result.replacing("://", with: ":\\//").replacing(#/[Ww]{3}\./#) {
      $0.output.dropLast() + "\\."
    }
    // A number followed by a point begins a list.
    return result.replacing(#/^([0-9]+)([.)])/#) { "\($0.output.1)\\\($0.output.2)" }
  }

  /// A text of several lines as one paragraph.
  static func paragraph(_ text: String) -> String {
    plain(text.split(whereSeparator: \.isNewline).joined(separator: " "))
  }

  private static let marks: Set<Character> = [
    "\\", "`", "*", "_", "[", "]", "<", "~", "&", "$", "@",
  ]

  /// Reverses ``plain(_:)`` for a text without unprintable characters.
  static func text(ofPlain markdown: String) -> String {
    markdown.replacing(#/\\([!-\/:-@\[-`{-~])/#) { $0.output.1 }
  }
}
