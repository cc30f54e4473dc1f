/// Finds the fenced code of a Markdown document, by the block rules of CommonMark.
///
/// Fences are found at the top level and in list items, whatever their length, mark and
/// indentation; not in block quotes, HTML or indented code.
struct BlockScan {
  /// The kind of block to which a line belongs.
  enum Kind: Equatable, Sendable { case text, code, html }

  /// The kind of each line.
  private(set) var kinds: [Kind] = []
  /// The fenced blocks in the order of the document.
  private(set) var fences: [FencedBlock] = []

  /// Columns where the content of the open list items begins, outermost first.
  private var items: [Int] = []
  private var fence: FencedBlock?
  private var html: HTMLBlock?
  private var isInParagraph = false
  /// Whether the last line was a list marker without content.
  private var isItemEmpty = false
  /// Whether that paragraph is in a block quote.
  private var isQuoted = false

  private var container: Int { items.last ?? 0 }

  /// Scans the lines of a document.
  init(_ lines: [String]) {
    for (index, line) in lines.enumerated() { kinds.append(kind(of: line, at: index)) }
    closeFence(at: nil)
  }

  private mutating func closeFence(at line: Int?) {
    guard var fence else { return }
    fence.closing = line
    fences.append(fence)
    self.fence = nil
  }

  private mutating func kind(of line: String, at index: Int) -> Kind {
    let isBlank = line.isBlank
    if !isBlank, line.indentation() < container, fence != nil || html != nil {
      // The list item ends, and so does an open fence in it.
      closeFence(at: nil)
      html = nil
    }
    if fence != nil {
      if fence?.isClosed(by: line, in: container) == true {
        closeFence(at: index)
      } else {
        fence?.append(line)
      }
      return .code
    }
    if let block = html {
      if block.isClosed(by: line) || block.end == nil && isBlank { html = nil }
      return .html
    }
    guard !isBlank else {
      isInParagraph = false
      // An item that begins with two blank lines has no content.
      if isItemEmpty { items.removeLast() }
      isItemEmpty = false
      return .text
    }
    return opening(line, at: index)
  }

  /// Scans a line outside of fences and HTML.
  private mutating func opening(_ line: String, at index: Int) -> Kind {
    let (outer, wasInParagraph) = (items, isInParagraph)
    var column = line.indentation()
    while column < container { items.removeLast() }
    // A paragraph of an item that has just ended, or of a quote, is continued but not interrupted.
    var interrupting = wasInParagraph && items == outer && !isQuoted
    var continuing = wasInParagraph
    var rest = line.drop { $0 == " " || $0 == "\t" }
    isInParagraph = false
    isItemEmpty = false
    while true {
      guard column - container < 4 else {
        isInParagraph = continuing
        if continuing { items = outer }
        return continuing ? .text : .code
      }
      if let block = FencedBlock(opening: index, rest, indentation: column) {
        fence = block
        return .code
      }
      if let block = HTMLBlock(opening: rest, interrupting: continuing) {
        html = block.isClosed(by: line) ? nil : block
        return .html
      }
      if rest.isThematicBreak || rest.isHeading { return .text }
      guard let marker = ListMarker(rest, at: column, interrupting: interrupting) else { break }
      items.append(marker.content)
      rest = rest.dropFirst(marker.length)
      isItemEmpty = rest.isBlank
      guard !isItemEmpty else { return .text }
      column += marker.length + rest.indentation(from: column + marker.length)
      rest = rest.drop { $0 == " " || $0 == "\t" }
      (interrupting, continuing) = (false, false)
    }
    // Text directly below a paragraph continues it, even without the indentation of its item.
    let isQuote = rest.hasPrefix(">")
    if isQuote, !rest.isQuotedText { return .text }
    if continuing, !isQuote { items = outer } else { isQuoted = isQuote }
    isInParagraph = true
    return .text
  }
}

/// The marker of a list item.
struct ListMarker: Equatable {
  /// The number of characters of the marker.
  let length: Int
  /// The column where the item's content begins.
  let content: Int

  /// - Parameters:
  ///   - text: The line from its first character that is not white space.
  /// - column: The column of that character.
  ///   - interrupting: Whether the item would end a paragraph: an empty one, or a list that does
  ///     not begin with 1, may not.
  init?(_ text: Substring, at column: Int, interrupting: Bool) {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    if let first = text.first, "-+*".contains(first) {
      length = 1
    } else if (1...9).contains(digits.count), let mark = text.dropFirst(digits.count).first,
      mark == "." || mark == ")", !interrupting || Int(digits) == 1
    {
      length = digits.count + 1
    } else {
      return nil
    }
    let rest = text.dropFirst(length)
    guard rest.isEmpty || rest.first == " " || rest.first == "\t" else { return nil }
    guard !interrupting || !rest.isBlank else { return nil }
    let gap = rest.indentation(from: column + length)
    // Five columns or more are indented code in the item, and one of them is the gap.
    content = column + length + (rest.isBlank || gap > 4 ? 1 : gap)
  }
}

extension Substring {
  /// Three or more of the same mark and nothing else.
  fileprivate var isThematicBreak: Bool {
    let marks = filter { $0 != " " && $0 != "\t" }
    guard marks.count >= 3, let first = marks.first, "*-_".contains(first) else { return false }
    return marks.allSatisfy { $0 == first }
  }

  /// Whether a quote's line holds a paragraph, as opposed to code or nothing.
  fileprivate var isQuotedText: Bool {
    let quoted = drop { " \t>".contains($0) }
    return !quoted.isBlank && FencedBlock(opening: 0, quoted, indentation: 0) == nil
  }

  /// One to six number signs before a title.
  fileprivate var isHeading: Bool {
    let rest = drop { $0 == "#" }
    return (1...6).contains(count - rest.count)
      && (rest.isEmpty || rest.first == " " || rest.first == "\t")
  }
}
