/// Text inside XML documents.
package enum XMLText {
  /// A text as content or attribute value.
  ///
  /// Characters that XML 1.0 excludes become U+FFFD, and so do other control characters and those
  /// that change the direction of the text around them.
  package static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      // In attribute values, line ends and tabs are kept only as references.
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

  /// The attributes in a tag, with a space before each.
  package static func attributes(_ pairs: KeyValuePairs<String, String>) -> String {
    pairs.map { " \($0)=\"\(escaped($1))\"" }.joined()
  }
}
