internal import Figures

/// A piece of an HTML document; text is escaped, except verbatim markup.
///
/// The output is also well-formed XML, so that any XML parser can check a page.
indirect enum Markup: Sendable {
  /// Text, escaped when written.
  case text(String)
  /// Finished markup: style, script or a figure.
  case verbatim(String)
  /// An element with its attributes in order and its contents.
  case element(String, [(name: String, value: String)], [Markup])

  /// An element; attributes that are nil are omitted, and an empty value makes a bare attribute.
  init(
    _ name: String, _ attributes: KeyValuePairs<String, String?> = [:],
    @MarkupBuilder _ content: () -> [Markup] = { [] }
  ) {
    let given = attributes.compactMap { name, value in value.map { (name: name, value: $0) } }
    self = .element(name, given, content())
  }

  /// Elements that have no content and no end tag.
  private static let void: Set<String> = ["br", "hr", "input", "link", "meta", "wbr"]

  /// Appends the text of the document.
  func write(to text: inout String) {
    switch self {
    case .text(let content): text += XMLText.escaped(content)
    case .verbatim(let markup): text += markup
    case .element(let name, let attributes, let content):
      text += "<\(name)"
      for attribute in attributes {
        text += " \(attribute.name)=\"\(XMLText.escaped(attribute.value))\""
      }
      guard !Self.void.contains(name) else {
        text += "/>"
        return
      }
      text += ">"
      for part in content { part.write(to: &text) }
      text += "</\(name)>"
      if Self.endsLine.contains(name) { text += "\n" }
    }
  }

  /// Elements that end a line, so that differences of two pages are readable.
  private static let endsLine: Set<String> = [
    "tr", "p", "h1", "h2", "h3", "h4", "section", "details", "summary", "table", "figure", "li",
    "thead", "caption", "fieldset", "dd", "header", "nav", "ul", "head", "style", "script",
  ]

  /// The text of the document.
  var html: String {
    var text = ""
    write(to: &text)
    return text
  }
}

/// Builds markup from strings, which are text, lists and conditions.
@resultBuilder
enum MarkupBuilder {
  static func buildExpression(_ text: String) -> [Markup] { [.text(text)] }
  static func buildExpression(_ markup: Markup) -> [Markup] { [markup] }
  static func buildExpression(_ markup: Markup?) -> [Markup] { markup.map { [$0] } ?? [] }
  static func buildExpression(_ markup: [Markup]) -> [Markup] { markup }
  static func buildBlock(_ parts: [Markup]...) -> [Markup] { parts.flatMap { $0 } }
  static func buildOptional(_ part: [Markup]?) -> [Markup] { part ?? [] }
  static func buildEither(first part: [Markup]) -> [Markup] { part }
  static func buildEither(second part: [Markup]) -> [Markup] { part }
  static func buildArray(_ parts: [[Markup]]) -> [Markup] { parts.flatMap { $0 } }
}

extension Markup {
  /// The name of an estimator, a tensor or a file as code.
  static func name(_ name: String) -> Markup { Markup("code") { name } }

  /// A name for a narrow column, in which lines may break before and within the brackets.
  static func breakable(_ name: String) -> Markup {
    var parts: [Markup] = []
    var part = ""
    for (index, character) in name.enumerated() {
      if character == "[" && index > 0 {
        parts += [.text(part), Markup("wbr")]
        part = ""
      }
      part.append(character)
      if character == "=" {
        parts += [.text(part), Markup("wbr")]
        part = ""
      }
    }
    return Markup("code") { parts + [.text(part)] }
  }

  /// A list in a sentence: `a`, `b` and `c`.
  static func list(_ items: [Markup]) -> [Markup] {
    items.enumerated().flatMap { index, item -> [Markup] in
      let joint = index == 0 ? [] : [Markup.text(index == items.count - 1 ? " and " : ", ")]
      return joint + [item]
    }
  }

  /// The caption of a table, no wider than the region in which the table scrolls.
  static func caption(_ id: String, @MarkupBuilder _ content: () -> [Markup]) -> Markup {
    Markup("caption", ["id": "\(id)-caption"]) { Markup("span", ["class": "wrap"], content) }
  }

  /// A table in a region of its own, so that a page never scrolls sideways.
  ///
  /// The caption names the region, and the keyboard can focus and scroll it.
  static func scrolling(_ id: String, style: String, @MarkupBuilder table: () -> [Markup]) -> Markup
  {
    Markup(
      "div",
      ["class": "scroll", "role": "region", "aria-labelledby": "\(id)-caption", "tabindex": "0"]
    ) {
      Markup("table", ["id": id, "class": style], table)
    }
  }
}
