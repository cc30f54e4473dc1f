/// Text inside XML documents.
package enum XMLText {
  /// A text as content or attribute value.
  ///
  /// Characters that XML 1.0 cannot hold become U+FFFD, and so do other control characters and those
  /// that turn the direction of what stands around them.
  package static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      // Attribute values lose line ends and tabs that are not written as references.
      case "\t", "\n", "\r": escaped += "&#\(scalar.value);"
      case _ where (0xFFFE...0xFFFF).contains(scalar.value),
        _ where scalar.properties.generalCategory == .control,
        _ where scalar.properties.isBidiControl:
        escaped += "\u{FFFD}"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  /// Attributes as they stand in a tag, each with a space before it.
  package static func attributes(_ pairs: KeyValuePairs<String, String>) -> String {
    pairs.map { " \($0)=\"\(escaped($1))\"" }.joined()
  }
}
