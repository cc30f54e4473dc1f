internal import TensorIO

/// One thing that is wrong with a manifest, and where.
package struct Diagnostic: Hashable, Sendable, CustomStringConvertible {
  /// The path of the manifest as it was given, or the text of the option, `--set bits.x=3`.
  package let file: String
  /// The line, from 1; 0 where the fault is not in the text of the manifest.
  package let line: Int
  /// The column, from 1, counted in Unicode scalars; 0 where the line is 0.
  package let column: Int
  /// What is wrong; what was expected; a suggestion where a known word is near.
  package let message: String
  /// The line of the manifest at fault without its end; of an endless line, the start.
  package let sourceLine: String

  /// `file:line:column: error: message`, the source line, and a caret below the column; characters
  /// that could disturb a terminal are escaped.
  package var description: String {
    let location = line > 0 ? ":\(line):\(column)" : ""
    let fault = printableLines("\(file)\(location): error: \(message)")
    guard line > 0, column <= Self.maximumLength else { return fault }
    return "\(fault)\n\(printableLines(sourceLine))\n\(caretIndent)^"
  }

  /// A longer line helps nobody, and one of a megabyte would be printed with each of its faults.
  private static let maximumLength = 500

  /// As much of a line as is shown.
  static func excerpt(_ line: Substring) -> String {
    String(String.UnicodeScalarView(line.unicodeScalars.prefix(maximumLength)))
  }

  /// Tabs stay tabs, so that the caret stands right whatever the width of a tab.
  private var caretIndent: String {
    let before = sourceLine.unicodeScalars.prefix(column - 1)
    let indent = printableLines(String(before)).unicodeScalars.map { $0 == "\t" ? "\t" : " " }
      .joined()
    return indent + String(repeating: " ", count: column - 1 - before.count)
  }
}

/// All that is wrong with a manifest, in the order of the text; what `--set` brought in comes last.
package struct ManifestError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The faults, at least one.
  package let diagnostics: [Diagnostic]
  /// Whether the manifest itself could not be read, as opposed to being wrong.
  package let isMissingFile: Bool

  init(_ diagnostics: [Diagnostic], isMissingFile: Bool = false) {
    self.diagnostics = diagnostics
    self.isMissingFile = isMissingFile
  }

  /// Every fault on lines of its own.
  package var description: String { diagnostics.map(\.description).joined(separator: "\n") }
}
