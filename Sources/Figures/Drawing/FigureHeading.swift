/// The words above a picture and the words that stand for it.
package struct FigureHeading: Sendable {
  /// What the file is called, without `.svg`: lower case, digits and hyphens.
  package var name: String
  /// What the picture shows.
  package var title: String
  /// What one must know to read it: conditions, n, what an interval is; may be empty.
  package var note: String
  /// What a reader who cannot see it should know.
  package var description: String

  /// Creates a heading; charts complete the description with what they show.
  package init(name: String, title: String, note: String = "", description: String = "") {
    (self.name, self.title, self.note, self.description) = (name, title, note, description)
  }

  /// The heading with a description, where it has none of its own.
  package func described(_ words: @autoclosure () -> String) -> FigureHeading {
    guard description.isEmpty else { return self }
    var heading = self
    heading.description = words()
    return heading
  }
}

extension Canvas {
  /// Draws title and note at the top and returns where they end.
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

/// Distances that all figures share, in pixels.
enum Margin {
  static let top = 10.0
  static let side = 18.0
  static let bottom = 14.0
}
