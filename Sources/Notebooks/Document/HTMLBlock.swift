/// A block of HTML in a document, in which Markdown finds no fences.
struct HTMLBlock: Equatable, Sendable {
  /// A text in the last line; nil if the block ends before a blank line.
  let end: String?

  /// The block that a line opens by one of the seven rules of CommonMark; nil if it opens none.
  ///
  /// - Parameters:
  ///   - text: The line from its first character that is not white space.
  ///   - interrupting: Whether the line would end a paragraph, which the last rule may not.
  init?(opening text: Substring, interrupting: Bool) {
    guard text.first == "<" else { return nil }
    if let known = Self.ends.first(where: { text.hasPrefix($0.start) }) {
      end = known.end
      return
    }
    let isClosing = text.hasPrefix("</")
    let rest = text.dropFirst(isClosing ? 2 : 1)
    let name = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber) }.lowercased()
    let next = rest.dropFirst(name.count)
    let isComplete = next.isEmpty || [" ", "\t", ">"].contains(next.first)
    if !isClosing, isComplete, Self.verbatim.contains(name) {
      end = "</\(name)>"
    } else if isComplete || next.hasPrefix("/>"), Self.blocks.contains(name) {
      end = nil
    } else if !interrupting, isComplete || next.hasPrefix("/>"), !name.isEmpty,
      text.trimmed.hasSuffix(">"), !text.trimmed.dropLast().contains(">")
    {
      end = nil
    } else {
      return nil
    }
  }

  /// Whether the block ends with this line.
  func isClosed(by text: String) -> Bool {
    guard let end else { return false }
    return text.lowercased().contains(end.lowercased())
  }

  private static let ends: [(start: String, end: String)] = [
    ("<!--", "-->"), ("<?", "?>"), ("<![CDATA[", "]]>"), ("<!", ">"),
  ]

  private static let verbatim: Set = ["pre", "script", "style", "textarea"]

  private static let blocks: Set = [
    "address", "article", "aside", "base", "basefont", "blockquote", "body", "caption", "center",
    "col", "colgroup", "dd", "details", "dialog", "dir", "div", "dl", "dt", "fieldset",
    "figcaption", "figure", "footer", "form", "frame", "frameset", "h1", "h2", "h3", "h4", "h5",
    "h6", "head", "header", "hr", "html", "iframe", "legend", "li", "link", "main", "menu",
    "menuitem", "nav", "noframes", "ol", "optgroup", "option", "p", "param", "search", "section",
    "summary", "table", "tbody", "td", "tfoot", "th", "thead", "title", "tr", "track", "ul",
  ]
}
