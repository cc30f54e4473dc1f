internal import TensorIO

/// Text that somebody else chose, as part of a Markdown document: it is read, and does nothing.
enum MarkdownText {
  /// A name as a code span, where nothing is markup.
  ///
  /// The span is fenced by more backticks than the name has in a row. In a table a backslash before
  /// a pipe would end the cell, so that backslash is an escape.
  static func code(_ name: String) -> String {
    let name = printable(name).replacing("\\|", with: "\\u{5C}|")
    let longest = name.split { $0 != "`" }.map(\.count).max() ?? 0
    let fence = String(repeating: "`", count: longest + 1)
    let touches = name.hasPrefix("`") || name.hasSuffix("`")
    let isSpaced = name.hasPrefix(" ") && name.hasSuffix(" ")
    let space = touches || isSpaced || name.isEmpty ? " " : ""
    return fence + space + name + space + fence
  }

  /// A sentence or a title in running text; pipes are left to ``MarkdownTable``.
  static func plain(_ text: String) -> String {
    var result = ""
    for (index, character) in printable(text, limit: .max).enumerated() {
      let isMark = marks.contains(character) || index == 0 && "#-+=>".contains(character)
      result += (isMark ? "\\" : "") + String(character)
    }
    // Renderers make links of addresses without being asked to.
    result = result.replacing("://", with: ":\\//").replacing(#/[Ww]{3}\./#) {
      $0.output.dropLast() + "\\."
    }
    // A number with a point begins a list.
    return result.replacing(#/^([0-9]+)([.)])/#) { "\($0.output.1)\\\($0.output.2)" }
  }

  /// A text of several lines as one paragraph.
  static func paragraph(_ text: String) -> String {
    plain(text.split(whereSeparator: \.isNewline).joined(separator: " "))
  }

  private static let marks: Set<Character> = [
    "\\", "`", "*", "_", "[", "]", "<", "~", "&", "$", "@",
  ]

  /// What ``plain(_:)`` was given, if it was given a text without anything that cannot be printed.
  static func text(ofPlain markdown: String) -> String {
    markdown.replacing(#/\\([!-\/:-@\[-`{-~])/#) { $0.output.1 }
  }
}
