/// A text for a terminal or a log, in which nothing but its line breaks and tabs is more than text.
///
/// Names and descriptions come from files, and files from strangers. Control characters, which could
/// move the cursor of a terminal, colour it or turn the direction of its text, are written as
/// escapes. Lines that a continuous-integration service would take for a command (`::error::` at the
/// start, `##[error]` anywhere) get a backslash.
func harmless(_ text: String) -> String {
  var result = String.UnicodeScalarView()
  for scalar in text.unicodeScalars {
    switch scalar.properties.generalCategory {
    case .control where scalar == "\n" || scalar == "\t": result.append(scalar)
    case .control, .format, .lineSeparator, .paragraphSeparator:
      result.append(contentsOf: scalar.escaped(asASCII: true).unicodeScalars)
    default: result.append(scalar)
    }
  }
  let lines = String(result).split(separator: "\n", omittingEmptySubsequences: false)
  return lines.map { line in
    let start = line.drop { $0.isWhitespace }
    let safe = start.hasPrefix("::") ? line.prefix(line.count - start.count) + "\\" + start : line
    return safe.replacing("##[", with: "##\\[")
  }.joined(separator: "\n")
}
