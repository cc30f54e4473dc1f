/// What is wrong with a notebook or one of its cells, with its place.
public struct NotebookFault: Error, Equatable, Sendable, CustomStringConvertible {
  /// What kind of thing is wrong.
  public enum Kind: Equatable, Sendable {
    /// The document itself cannot be understood.
    case document
    /// A cell did not do what it should.
    case cell
    /// The run was stopped by this signal.
    case interrupted(Int32)
  }

  /// What kind of thing is wrong.
  public let kind: Kind
  /// The document, as its caller names it.
  public let document: String
  /// The line, from 1.
  public let line: Int
  /// What is wrong and what was expected; more lines may follow the first.
  public let message: String

  /// `document:line: error: message`.
  public var description: String { "\(document):\(line): error: \(message)" }
}

/// A fault that knows its line, but not its document.
struct LineFault: Error {
  /// From 0.
  let line: Int
  let message: String

  init(_ message: String, at line: Int) { (self.line, self.message) = (line, message) }
}
