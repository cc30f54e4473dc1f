internal import Yams

/// A text whose repeated keys are made different, so that the rest can still be checked.
///
/// The YAML library rejects a whole document because of one repeated key. If one scalar of the key
/// is replaced by one of private use, the document parses, and all other locations stay the same.
struct RepeatedKeys {
  /// The greatest number of repeated keys that are replaced.
  private static let maximumCount = 64
  /// The start of the private use area, from which no key has a character.
  private static let firstSubstitute: UInt32 = 0xE000

  private(set) var text: String
  private var scalars: [ManifestLocation: Unicode.Scalar] = [:]

  init(_ text: String) { self.text = text }

  /// Makes the key at `mark` different from all others; returns false if it cannot.
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
    // Only letters are replaced, because quotes, brackets and escapes have a meaning.
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
