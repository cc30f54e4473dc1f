/// A finished picture: an SVG document and the words that stand for it where it cannot be seen.
package struct Figure: Sendable {
  /// What the file is called, without `.svg`: lower case, digits and hyphens.
  package let name: String
  /// What the picture shows, in a few words; also the `<title>` of the document.
  package let title: String
  /// What a reader who cannot see it should know; also the `<desc>` of the document.
  package let description: String
  /// The whole document, with a newline at the end; the same bytes for the same data.
  package let svg: String

  /// Creates a figure from a finished document.
  package init(name: String, title: String, description: String, svg: String) {
    self.name = name
    self.title = title
    self.description = description
    self.svg = svg
  }
}
