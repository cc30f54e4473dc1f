/// What is wrong with a notebook or one of its cells, with its place.
package struct NotebookFault: Error, Equatable, Sendable, CustomStringConvertible {
  /// What kind of thing is wrong.
  package enum Kind: Equatable, Sendable {
    /// The document itself cannot be understood.
    case document
    /// A cell did not do what it should.
    case cell
    /// The run was stopped by this signal.
    case interrupted(Int32)
  }

  /// What kind of thing is wrong.
  package let kind: Kind
  /// The document, as its caller names it.
  package let document: String
  /// The line, from 1.
  package let line: Int
  /// What is wrong and what was expected; more lines may follow the first.
  package let message: String

  /// `document:line: error: message`.
  package var description: String { "\(document):\(line): error: \(message)" }
}

/// A fault that knows its line, but not its document.
struct LineFault: Error {
  /// From 0.
  let line: Int
  let message: String

  init(_ message: String, at line: Int) { (self.line, self.message) = (line, message) }
}
