internal import Glibc

/// A name that is equal to another only if their bytes in UTF-8 are equal.
///
/// Strings of Swift are also equal if Unicode calls them canonically equivalent, such as `é` as one
/// scalar and as two. Files and tensors can have both as different names, so names are compared, sorted
/// and hashed by their bytes.
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
    // A byte that UTF-8 never has ends the name, so that the hashes of two names in a row differ from
    // those of two others with the same bytes together.
    var text = text
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    hasher.combine(0xFF as UInt8)
  }

  package static func < (left: Self, right: Self) -> Bool {
    order(left, right) < 0
  }

  /// Negative if the bytes of `left` come before those of `right`, zero if they are equal, positive
  /// otherwise.
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

  /// Whether one of the elements has the same bytes as a name.
  package func containsName(_ name: String) -> Bool {
    contains { ExactName($0) == ExactName(name) }
  }
}

extension Array<String> {
  /// The index of the first element with the same bytes as a name; nil if there is none.
  package func firstIndex(ofName name: String) -> Int? {
    firstIndex { ExactName($0) == ExactName(name) }
  }
}

extension String {
  /// The text without `suffix` at its end; nil if its last bytes are others.
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
