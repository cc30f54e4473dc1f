internal import TensorIO

/// A fault of a manifest with its position.
package struct Diagnostic: Hashable, Sendable, CustomStringConvertible {
  /// The path of the manifest as it was given, or the text of the option, `--set bits.x=3`.
  package let file: String
  /// The line, from 1; 0 if the fault is not in the text of the manifest.
  package let line: Int
  /// The column, from 1, counted in Unicode scalars; 0 if the line is 0.
  package let column: Int
  /// The fault, what was expected, and a suggestion if a known word is near.
  package let message: String
  /// The line with the fault, without its end; only the start of a very long line.
  package let sourceLine: String

  /// `file:line:column: error: message`, the source line, and a caret below the column; characters
  /// that could disturb a terminal are escaped.
  package var description: String {
    let location = line > 0 ? ":\(line):\(column)" : ""
    let fault = printableLines("\(file)\(location): error: \(message)")
    guard line > 0, column <= Self.maximumLength else { return fault }
    return "\(fault)\n\(printableLines(sourceLine))\n\(caretIndent)^"
  }

  /// The greatest length of a line in a message.
  private static let maximumLength = 500

  /// The start of a line, for a message.
  static func excerpt(_ line: Substring) -> String {
    String(String.UnicodeScalarView(line.unicodeScalars.prefix(maximumLength)))
  }

  /// Tabs stay tabs, so that the caret is below its column whatever the width of a tab.
  private var caretIndent: String {
    let before = sourceLine.unicodeScalars.prefix(column - 1)
    let indent = printableLines(String(before)).unicodeScalars.map { $0 == "\t" ? "\t" : " " }
      .joined()
    return indent + String(repeating: " ", count: column - 1 - before.count)
  }
}

/// All faults of a manifest in the order of the text, followed by those of `--set`.
package struct ManifestError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The faults, at least one.
  package let diagnostics: [Diagnostic]
  /// Whether the manifest could not be read, as opposed to having faults.
  package let isMissingFile: Bool

  init(_ diagnostics: [Diagnostic], isMissingFile: Bool = false) {
    self.diagnostics = diagnostics
    self.isMissingFile = isMissingFile
  }

  /// All faults, each on lines of its own.
  package var description: String { diagnostics.map(\.description).joined(separator: "\n") }
}
