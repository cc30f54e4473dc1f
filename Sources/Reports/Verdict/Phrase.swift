/// A piece of a sentence, for pages and Markdown documents.
enum Phrase {
  /// Plain words.
  case words(String)
  /// The name of an estimator.
  case name(String)

  /// The markup of a page.
  var markup: Markup {
    switch self {
    case .words(let words): .text(words)
    case .name(let name): .name(name)
    }
  }

  /// The Markdown text.
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
  /// Creates plain words.
  init(stringLiteral words: String) { self = .words(words) }
}
