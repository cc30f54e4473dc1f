/// A name of which every byte counts, as a key.
///
/// `String` compares canonically: an é of one code point equals an e with an accent. To files these
/// are two names.
package struct ExactName: Hashable, Sendable {
  package let text: String

  package init(_ text: String) { self.text = text }

  package static func == (first: ExactName, second: ExactName) -> Bool {
    first.text.utf8.elementsEqual(second.text.utf8)
  }

  package func hash(into hasher: inout Hasher) {
    var text = text
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
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
