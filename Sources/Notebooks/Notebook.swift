/// A Markdown document whose fenced cells can be run.
public struct Notebook: Sendable {
  /// The document.
  public let text: String

  /// Takes a document as it is.
  public init(_ text: String) { self.text = text }
}
