/// Attributes of an element, in the order they are written.
struct Attributes: ExpressibleByDictionaryLiteral {
  private var pairs: [(name: String, value: String)]

  init(dictionaryLiteral elements: (String, String)...) { pairs = elements.map { ($0.0, $0.1) } }

  static func + (left: Self, right: Self) -> Self {
    var both = left
    both.pairs += right.pairs
    return both
  }

  /// The text in a tag, with a space before each attribute.
  var text: String {
    pairs.map { " \($0.name)=\"\(XMLText.escaped($0.value))\"" }.joined()
  }
}
