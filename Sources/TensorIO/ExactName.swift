internal import Glibc

/// A name whose bytes decide which name it is.
///
/// Swift takes texts for equal that Unicode calls canonically equal, such as `é` in one scalar and in
/// two. Files and tensors may have both as two names, so names are compared, sorted and counted by
/// their bytes.
package struct ExactName: Hashable, Comparable, Sendable, CustomStringConvertible,
  ExpressibleByStringLiteral
{
  /// The name.
  package let text: String

  /// Wraps a name.
  package init(_ text: String) { self.text = text }

  package init(stringLiteral text: String) { self.text = text }

  package var description: String { text }

  package static func == (left: Self, right: Self) -> Bool {
    left.text.utf8.count == right.text.utf8.count && order(left, right) == 0
  }

  package func hash(into hasher: inout Hasher) {
    // A byte that UTF-8 never has ends the name, so that two names in a row are not two others.
    var text = text
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    hasher.combine(0xFF as UInt8)
  }

  package static func < (left: Self, right: Self) -> Bool {
    order(left, right) < 0
  }

  /// Below, at or above zero as the bytes of `left` come before, are, or come after those of `right`.
  private static func order(_ left: Self, _ right: Self) -> Int {
    var (left, right) = (left.text, right.text)
    return left.withUTF8 { left in
      right.withUTF8 { right in
        let count = min(left.count, right.count)
        guard count > 0, let first = left.baseAddress, let second = right.baseAddress else {
          return left.count - right.count
        }
        let order = Int(memcmp(first, second, count))
        return order != 0 ? order : left.count - right.count
      }
    }
  }
}

extension Sequence<String> {
  /// The different names, sorted by their bytes.
  package var distinctNames: [String] { Set(map { ExactName($0) }).sorted().map(\.text) }

  /// Whether a name is among these, byte for byte.
  package func containsName(_ name: String) -> Bool {
    contains { ExactName($0) == ExactName(name) }
  }
}

extension Array<String> {
  /// The first place of a name, byte for byte.
  package func firstIndex(ofName name: String) -> Int? {
    firstIndex { ExactName($0) == ExactName(name) }
  }
}

extension String {
  /// The text before `suffix`, or nil where it does not end so, byte for byte.
  package func removing(suffix: String) -> String? {
    guard utf8.count >= suffix.utf8.count,
      utf8.suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
    else { return nil }
    return String(decoding: utf8.dropLast(suffix.utf8.count), as: UTF8.self)
  }
}

extension StringProtocol {
  /// Whether both texts have the same bytes.
  package func isExactly(_ other: some StringProtocol) -> Bool { utf8.elementsEqual(other.utf8) }
}
