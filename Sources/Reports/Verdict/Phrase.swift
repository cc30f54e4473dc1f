/// A piece of a sentence that pages and Markdown documents both have.
enum Phrase {
  /// Words.
  case words(String)
  /// The name of an estimator, as the program writes it.
  case name(String)

  /// On a page.
  var markup: Markup {
    switch self {
    case .words(let words): .text(words)
    case .name(let name): .name(name)
    }
  }

  /// In Markdown.
  var markdown: String {
    switch self {
    case .words(let words): words
    case .name(let name): MarkdownText.code(name)
    }
  }

  /// A list in a sentence: `a`, `b` and `c`.
  static func list(_ items: [[Phrase]]) -> [Phrase] {
    items.enumerated().flatMap { index, item -> [Phrase] in
      let joint = index == 0 ? [] : [Phrase.words(index == items.count - 1 ? " and " : ", ")]
      return joint + item
    }
  }
}

extension Phrase: ExpressibleByStringInterpolation {
  /// Words as they are.
  init(stringLiteral words: String) { self = .words(words) }
}
