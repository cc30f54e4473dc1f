internal import Yams

/// Text in which repeated keys have been made different, so that the rest can still be checked.
///
/// The YAML library gives up on a whole document because of one repeated key. Replacing one scalar
/// of the key by one that nobody types gets the document through, and moves no other location.
struct RepeatedKeys {
  /// As many repeated keys as are worth the trouble.
  private static let maximumCount = 64
  /// The start of a range without assigned characters.
  private static let firstSubstitute: UInt32 = 0xE000

  private(set) var text: String
  private var scalars: [ManifestLocation: Unicode.Scalar] = [:]

  init(_ text: String) { self.text = text }

  /// Makes the key at `mark` different from all others, or says that it cannot.
  mutating func rename(at mark: Mark) -> Bool {
    let location = ManifestLocation.text(line: mark.line, column: mark.column)
    guard scalars.count < Self.maximumCount, scalars[location] == nil,
      let substitute = Unicode.Scalar(Self.firstSubstitute + UInt32(scalars.count)),
      var index = index(of: mark)
    else { return false }
    let view = text.unicodeScalars
    if index < view.endIndex, view[index] == "\"" || view[index] == "'" {
      index = view.index(after: index)
    }
    // Only letters are replaced: quotes, brackets and escapes have a meaning of their own.
    guard index < view.endIndex, view[index].properties.isAlphabetic else { return false }
    scalars[location] = view[index]
    text.unicodeScalars.replaceSubrange(index...index, with: [substitute])
    return true
  }

  /// The key as it was written.
  func restored(_ key: String, at mark: Mark?) -> String {
    guard let mark, let scalar = scalars[.text(line: mark.line, column: mark.column)] else {
      return key
    }
    return String(String.UnicodeScalarView([scalar] + key.unicodeScalars.dropFirst()))
  }

  private func index(of mark: Mark) -> String.Index? {
    var line = 1
    var start = text.startIndex
    while line < mark.line {
      guard let end = text[start...].firstIndex(where: \.isNewline) else { return nil }
      start = text.index(after: end)
      line += 1
    }
    return text.unicodeScalars.index(
      start, offsetBy: mark.column - 1, limitedBy: text.endIndex)
  }
}
