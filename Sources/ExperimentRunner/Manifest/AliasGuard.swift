/// Finds aliases before the YAML library resolves them.
///
/// A few lines of nested aliases can expand to more nodes than fit in memory, and the library
/// expands them all if they are part of a key. So a text with both an anchor and an alias is
/// refused.
enum AliasGuard {
  /// The first alias, if the text may also have an anchor it could refer to.
  static func firstAlias(in text: String) -> ManifestLocation? {
    var line = 1
    var column = 1
    var hasAnchor = false
    var alias: ManifestLocation?
    var previous: Character = "\n"
    var mark: (sign: Character, location: ManifestLocation)?
    for character in text {
      if let mark, isNameCharacter(character) {
        if mark.sign == "&" { hasAnchor = true } else { alias = alias ?? mark.location }
      }
      let startsToken = previous.isWhitespace || "[]{},:?-\u{FEFF}".contains(previous)
      let isMark = startsToken && (character == "&" || character == "*")
      mark = isMark ? (character, .text(line: line, column: column)) : nil
      if character.isNewline {
        line += 1
        column = 1
      } else {
        column += character.unicodeScalars.count
      }
      previous = character
    }
    return hasAnchor ? alias : nil
  }

  /// Whether a name of an anchor may start with a character.
  ///
  /// The scalar decides: a combining mark after a letter does not make another token.
  private static func isNameCharacter(_ character: Character) -> Bool {
    guard let scalar = character.unicodeScalars.first else { return false }
    return scalar.isASCII && (Character(scalar).isLetter || Character(scalar).isNumber)
      || scalar == "_" || scalar == "-"
  }
}
