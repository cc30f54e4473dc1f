/// A pattern for names of tensors: `*` matches any text, `?` any character, `[a-c]` one of some
/// characters and `[!a-c]` any other one; `\` makes the next character an ordinary one.
///
/// Names are not paths, so `*` also matches dots and slashes.
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

  /// Reads a pattern; nil if the text has no `*`, `?` or `[`.
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

  /// Takes the set of characters after an opening bracket.
  ///
  /// Takes nothing and returns nil if there is no closing bracket.
  private static func takeSet(_ text: inout Substring.UnicodeScalarView) -> Element? {
    var rest = text
    let isNegated = rest.first == "!" || rest.first == "^"
    if isNegated { rest.removeFirst() }
    var ranges: [ClosedRange<Unicode.Scalar>] = []
    while let lower = rest.popFirst() {
      // As in a shell, a closing bracket that comes first belongs to the set.
      if lower == "]", !ranges.isEmpty {
        text = rest
        return .set(ranges, isNegated: isNegated)
      }
      let after = rest.dropFirst()
      if rest.first == "-", let upper = after.first, upper != "]" {
        rest = after.dropFirst()
        // In a shell, a range with its ends exchanged is empty. Here it matches both ends.
        ranges += lower <= upper ? [lower...upper] : [lower...lower, upper...upper]
      } else {
        ranges.append(lower...lower)
      }
    }
    return nil
  }

  /// Whether the pattern matches the whole name.
  ///
  /// - Complexity: O(length of the pattern * length of the name).
  package func matches(_ name: String) -> Bool {
    let name = Array(name.unicodeScalars)
    var (position, element) = (0, 0)
    // The place after the last `*` in the pattern, and the end of the text that it matches so far.
    var retry: (element: Int, position: Int)?
    while position < name.count {
      if element < elements.count, case .anyText = elements[element] {
        retry = (element, position)
        element += 1
      } else if element < elements.count, elements[element].matches(name[position]) {
        position += 1
        element += 1
      } else if let last = retry {
        // The last `*` now matches one more character; earlier ones need not be tried again.
        retry = (last.element, last.position + 1)
        (element, position) = (last.element + 1, last.position + 1)
      } else {
        return false
      }
    }
    return elements[element...].allSatisfy { if case .anyText = $0 { true } else { false } }
  }
}
