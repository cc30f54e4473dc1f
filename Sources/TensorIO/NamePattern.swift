/// A pattern over the names of tensors: `*` is any text, `?` any character, `[a-c]` one of these,
/// `[!a-c]` none of these; `\` takes the next character as it is.
///
/// Names are no paths: `*` goes over dots and slashes.
package struct NamePattern: Sendable {
  private enum Element {
    case character(Unicode.Scalar)
    case any
    case anyText
    case set([ClosedRange<Unicode.Scalar>], isNegated: Bool)

    func matches(_ scalar: Unicode.Scalar) -> Bool {
      switch self {
      case .character(let wanted): scalar == wanted
      case .any, .anyText: true
      case .set(let ranges, let isNegated): ranges.contains { $0.contains(scalar) } != isNegated
      }
    }
  }

  private var elements: [Element] = []

  /// Reads a pattern; nil where the text has nothing special in it.
  package init?(_ text: String) {
    let special: [Unicode.Scalar] = ["*", "?", "["]
    guard text.unicodeScalars.contains(where: special.contains) else { return nil }
    var rest = text.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      switch scalar {
      case "*": elements.append(.anyText)
      case "?": elements.append(.any)
      case "\\": elements.append(.character(rest.popFirst() ?? scalar))
      case "[": elements.append(Self.takeSet(&rest) ?? .character(scalar))
      default: elements.append(.character(scalar))
      }
    }
  }

  /// The set behind a bracket; nil, with nothing taken, where the bracket is never closed.
  private static func takeSet(_ text: inout Substring.UnicodeScalarView) -> Element? {
    var rest = text
    let isNegated = rest.first == "!" || rest.first == "^"
    if isNegated { rest.removeFirst() }
    var ranges: [ClosedRange<Unicode.Scalar>] = []
    while let lower = rest.popFirst() {
      // As in the shell, a bracket that comes first belongs to the set.
      if lower == "]", !ranges.isEmpty {
        text = rest
        return .set(ranges, isNegated: isNegated)
      }
      let after = rest.dropFirst()
      if rest.first == "-", let upper = after.first, upper != "]" {
        rest = after.dropFirst()
        // A range backwards is empty in the shell; its ends are the least surprise.
        ranges += lower <= upper ? [lower...upper] : [lower...lower, upper...upper]
      } else {
        ranges.append(lower...lower)
      }
    }
    return nil
  }

  /// Whether the whole name fits; takes time of at most pattern times name.
  package func matches(_ name: String) -> Bool {
    let name = Array(name.unicodeScalars)
    var (position, element) = (0, 0)
    // Where the last `*` stands, and up to where it has taken text.
    var retry: (element: Int, position: Int)?
    while position < name.count {
      if element < elements.count, case .anyText = elements[element] {
        retry = (element, position)
        element += 1
      } else if element < elements.count, elements[element].matches(name[position]) {
        position += 1
        element += 1
      } else if let last = retry {
        // The last `*` takes one character more; earlier ones need not be tried again.
        retry = (last.element, last.position + 1)
        (element, position) = (last.element + 1, last.position + 1)
      } else {
        return false
      }
    }
    return elements[element...].allSatisfy { if case .anyText = $0 { true } else { false } }
  }
}
