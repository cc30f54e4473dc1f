/// The words above a figure and the words that replace it for readers who cannot see it.
package struct FigureHeading: Sendable {
  /// The name of the file, without `.svg`: lower case, digits and hyphens.
  package var name: String
  /// The subject of the figure.
  package var title: String
  /// The conditions that a reader must know: n, the kind of interval; may be empty.
  package var note: String
  /// The description for readers who cannot see the figure.
  package var description: String

  /// Creates a heading; charts add a description of their contents.
  package init(name: String, title: String, note: String = "", description: String = "") {
    (self.name, self.title, self.note, self.description) = (name, title, note, description)
  }

  /// The heading with a description, if it has none of its own.
  package func described(_ words: @autoclosure () -> String) -> FigureHeading {
    guard description.isEmpty else { return self }
    var heading = self
    heading.description = words()
    return heading
  }
}

extension Canvas {
  /// Draws title and note at the top and returns the y position below them.
  package mutating func heading(_ heading: FigureHeading) -> Double {
    let left = Margin.side
    var y = Margin.top
    let room = width - left - Margin.side
    for line in TextMetrics.wrapped(heading.title, .title, within: room) {
      y += TextStyle.title.lineHeight
      text(line, Point(left, y - 5), .title)
    }
    for line in TextMetrics.wrapped(heading.note, .note, within: room) {
      y += TextStyle.note.lineHeight
      text(line, Point(left, y - 3), .note, .muted)
    }
    return y + 8
  }
}

/// The distances that all figures share, in pixels.
enum Margin {
  static let top = 10.0
  static let side = 18.0
  static let bottom = 14.0
}
