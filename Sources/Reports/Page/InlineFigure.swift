package import Figures
internal import Foundation

/// A figure as an inline SVG document, so that its text can be selected, found and read aloud.
///
/// A page has several such documents, so each has ids of its own. Their style rules apply below the
/// class of their root only, and follow the attribute `data-theme` of the page.
package struct InlineFigure {
  private let figure: Figure
  private let prefix: String

  /// Prepares a figure; `prefix` goes before all of its ids.
  package init(_ figure: Figure, prefix: String) {
    self.figure = figure
    self.prefix = prefix
  }

  private var id: String { prefix + figure.name }

  var markup: Markup {
    Markup("figure", ["id": id]) {
      Markup(
        "div",
        ["class": "drawing", "role": "region", "aria-label": figure.title, "tabindex": "0"]
      ) {
        Markup.verbatim(svg)
      }
      Markup("figcaption") {
        Markup("details") {
          Markup("summary") { "\(figure.title), in words" }
          Markup("p") { figure.description }
        }
      }
    }
  }

  /// The document with ids and style of its own.
  package var svg: String {
    var text = figure.svg
    if let start = text.range(of: "<svg") { text = String(text[start.lowerBound...]) }
    text = text.replacing(#/(\s(?:id|aria-labelledby|aria-describedby))="([^"]*)"/#) { match in
      let names = match.output.2.split(separator: " ").map { "\(id)-\($0)" }
      return "\(match.output.1)=\"\(names.joined(separator: " "))\""
    }
    text = text.replacing(#/(\s(?:xlink:)?href)="#/#) { "\($0.output.1)=\"#\(id)-" }
    return text.replacing("url(#", with: "url(#\(id)-")
  }
}
