package import Figures
package import Foundation
package import FoundationXML
package import Testing

/// A figure as an independent XML parser reads it, with where its marks and its letters are.
package final class SVGDocument: NSObject, XMLParserDelegate {
  package struct Element {
    package let name: String
    package let attributes: [String: String]
    package var text = ""

    package var classes: [String] {
      attributes["class"]?.split(separator: " ").map(String.init) ?? []
    }
    package func number(_ name: String) -> Double? { attributes[name].flatMap { Double($0) } }
  }

  package struct Fault: Error { package let line: Int }

  /// In document order.
  package private(set) var elements: [Element] = []
  private var open: [Int] = []

  package init(_ text: String) throws {
    super.init()
    let parser = XMLParser(data: Data(text.utf8))
    parser.delegate = self
    guard parser.parse() else { throw Fault(line: parser.lineNumber) }
  }

  package func named(_ name: String) -> [Element] { elements.filter { $0.name == name } }

  /// Where the letters of a text are, by the metrics that figures are laid out with; the corners of
  /// a rectangle that may be turned.
  package struct Label {
    package let text: String
    package let corners: [Point]
  }

  package var labels: [Label] {
    named("text").compactMap { element in
      let style = TextStyle.allCases.first { element.classes.contains("rl-\($0.rawValue)") }
      guard let style, let x = element.number("x"), let y = element.number("y") else { return nil }
      let anchor = element.attributes["text-anchor"].flatMap(TextAnchor.init) ?? .start
      let box = TextMetrics.box(element.text, at: Point(x, y), style, anchor)
      // Letters do not fill the line: capitals are 0.72 high, and only some reach below it.
      let inside = Box(
        left: box.left, top: y - 0.7 * style.size, right: box.right, bottom: y + 0.05 * style.size)
      var corners = [
        Point(inside.left, inside.top), Point(inside.right, inside.top),
        Point(inside.right, inside.bottom), Point(inside.left, inside.bottom),
      ]
      if let turn = element.attributes["transform"], turn.hasPrefix("rotate(") {
        let degrees = Double(turn.dropFirst(7).prefix { $0 != " " }) ?? 0
        let (sine, cosine) = (sin(degrees * .pi / 180), cos(degrees * .pi / 180))
        corners = corners.map { corner in
          let (dx, dy) = (corner.x - x, corner.y - y)
          return Point(x + dx * cosine - dy * sine, y + dx * sine + dy * cosine)
        }
      }
      return Label(text: element.text, corners: corners)
    }
  }

  /// The end points of all marks but text.
  package var places: [Point] {
    elements.flatMap { element -> [Point] in
      if element.name == "rect", let x = element.number("x"), let y = element.number("y") {
        let (width, height) = (element.number("width") ?? 0, element.number("height") ?? 0)
        return [Point(x, y), Point(x + width, y + height)]
      }
      guard let path = element.attributes["d"] else { return [] }
      // Arcs and relative ticks start where an absolute place was given.
      return path.split { "MLZ".contains($0) }.map { part in
        let numbers = part.prefix { !"Ahv".contains($0) }.split(separator: " ")
        return numbers.count == 2
          ? Point(Double(numbers[0]) ?? .nan, Double(numbers[1]) ?? .nan) : Point(.nan, .nan)
      }
    }
  }

  package func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    open.append(elements.count)
    elements.append(Element(name: name, attributes: attributes))
  }

  package func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    open.removeLast()
  }

  package func parser(_ parser: XMLParser, foundCharacters string: String) {
    // The exponent of a number is an element inside its text.
    for index in open where elements[index].name == "text" || index == open.last {
      elements[index].text += string
    }
  }
}

/// Whether the insides of two convex shapes have a point in common: no side parts them.
package func overlap(_ first: [Point], _ second: [Point]) -> Bool {
  for shape in [first, second] {
    for (index, corner) in shape.enumerated() {
      let next = shape[(index + 1) % shape.count]
      let (nx, ny) = (next.y - corner.y, corner.x - next.x)
      let spans = [first, second].map { $0.map { $0.x * nx + $0.y * ny } }
      // Half a pixel: what rounding to two decimals and a letter's side bearing make up.
      let slack = 0.5 * (nx * nx + ny * ny).squareRoot()
      guard let low0 = spans[0].min(), let high0 = spans[0].max(), let low1 = spans[1].min(),
        let high1 = spans[1].max()
      else { return false }
      if high0 <= low1 + slack || high1 <= low0 + slack { return false }
    }
  }
  return true
}

/// What every figure must be: valid, described, finite, inside its frame, no label on another.
package func expectSound(_ figure: Figure, sourceLocation: SourceLocation = #_sourceLocation) throws
{
  let document = try SVGDocument(figure.svg)
  let root = try #require(document.elements.first, sourceLocation: sourceLocation)
  let width = try #require(root.number("width"), sourceLocation: sourceLocation)
  let height = try #require(root.number("height"), sourceLocation: sourceLocation)
  #expect(root.classes == ["rl"], sourceLocation: sourceLocation)
  #expect(root.attributes["role"] == "img", sourceLocation: sourceLocation)
  #expect(
    root.attributes["aria-labelledby"] == "\(figure.name)-title \(figure.name)-desc",
    sourceLocation: sourceLocation)
  let ids = document.elements.compactMap { $0.attributes["id"] }
  #expect(
    ids == ["\(figure.name)-title", "\(figure.name)-desc"], sourceLocation: sourceLocation)
  #expect(!figure.description.isEmpty, sourceLocation: sourceLocation)
  #expect(document.elements[1].text == figure.title, sourceLocation: sourceLocation)
  for place in document.places {
    #expect(
      place.x >= -0.01 && place.x <= width + 0.01 && place.y >= -0.01 && place.y <= height + 0.01,
      "\(figure.name): \(place) outside \(width) x \(height)", sourceLocation: sourceLocation)
  }
  let labels = document.labels
  #expect(labels.count == document.named("text").count, sourceLocation: sourceLocation)
  for label in labels {
    for corner in label.corners {
      #expect(
        corner.x >= 0 && corner.x <= width && corner.y >= 0 && corner.y <= height,
        "\(figure.name): '\(label.text)' leaves the frame at \(corner)",
        sourceLocation: sourceLocation)
    }
  }
  for (index, label) in labels.enumerated() {
    for other in labels.dropFirst(index + 1) where overlap(label.corners, other.corners) {
      Issue.record(
        "\(figure.name): '\(label.text)' lies on '\(other.text)'", sourceLocation: sourceLocation)
    }
  }
}
