/// One thing that is wrong with a manifest, and where.
public struct Diagnostic: Hashable, Sendable, CustomStringConvertible {
  /// The path of the manifest as it was given, or the text of the option, `--set bits.x=3`.
  public let file: String
  /// The line, from 1; 0 where the fault is not in the text of the manifest.
  public let line: Int
  /// The column, from 1, counted in Unicode scalars; 0 where the line is 0.
  public let column: Int
  /// What is wrong; what was expected; a suggestion where a known word is near.
  public let message: String
  /// The line of the manifest at fault without its end; of an endless line, the start.
  public let sourceLine: String

  /// `file:line:column: error: message`, the source line, and a caret below the column; characters
  /// that could disturb a terminal are escaped.
  public var description: String {
    let place = line > 0 ? ":\(line):\(column)" : ""
    let fault = harmlessLine("\(file)\(place): error: \(message)")
    guard line > 0, column <= Self.maximumLength else { return fault }
    return "\(fault)\n\(harmlessLine(sourceLine))\n\(caretIndent)^"
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
    let indent = harmlessLine(String(before)).unicodeScalars.map { $0 == "\t" ? "\t" : " " }
      .joined()
    return indent + String(repeating: " ", count: column - 1 - before.count)
  }
}

/// All that is wrong with a manifest, in the order of the text; what `--set` brought in comes last.
public struct ManifestError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The faults, at least one.
  public let diagnostics: [Diagnostic]
  /// Whether the manifest itself could not be read, as opposed to being wrong.
  public let isMissingFile: Bool

  init(_ diagnostics: [Diagnostic], isMissingFile: Bool = false) {
    self.diagnostics = diagnostics
    self.isMissingFile = isMissingFile
  }

  /// Every fault on lines of its own.
  public var description: String { diagnostics.map(\.description).joined(separator: "\n") }
}
