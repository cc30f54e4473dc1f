/// A fault of a notebook or one of its cells, with its position.
package struct NotebookFault: Error, Equatable, Sendable, CustomStringConvertible {
  /// The kind of fault.
  package enum Kind: Equatable, Sendable {
    /// The document cannot be parsed.
    case document
    /// A cell failed.
    case cell
    /// The run was stopped by this signal.
    case interrupted(Int32)
  }

  /// The kind of fault.
  package let kind: Kind
  /// The name of the document.
  package let document: String
  /// The line, from 1.
  package let line: Int
  /// The fault and what was expected; further lines may follow.
  package let message: String

  /// `document:line: error: message`.
  package var description: String { "\(document):\(line): error: \(message)" }
}

/// A fault with its line but without its document.
struct LineFault: Error {
  /// The line, from 0.
  let line: Int
  let message: String

  init(_ message: String, at line: Int) { (self.line, self.message) = (line, message) }
}
