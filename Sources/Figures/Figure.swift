/// A finished figure: an SVG document and its description for readers who cannot see it.
package struct Figure: Sendable {
  /// The name of the file, without `.svg`: lower case, digits and hyphens.
  package let name: String
  /// The subject in a few words; also the `<title>` of the document.
  package let title: String
  /// The description for readers who cannot see it; also the `<desc>` of the document.
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
