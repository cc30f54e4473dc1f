/// Marks drawn one over another, and the SVG document of them.
///
/// Coordinates are rounded to two decimals and colors are in the style sheet, so the same marks
/// give the same bytes.
package struct Canvas {
  package let width: Double
  private var marks = ""
  private var sheet = StyleSheet()

  /// Creates an empty canvas of a width in pixels.
  package init(width: Double) {
    self.width = width
    sheet.fills.insert(.paper)
  }

  /// The finished document, with the given height.
  package consuming func figure(_ heading: FigureHeading, height: Double) -> Figure {
    let (width, height) = (Self.number(width.rounded(.up)), Self.number(height.rounded(.up)))
    let ids = (title: "\(heading.name)-title", description: "\(heading.name)-desc")
    let root = XMLText.attributes([
      "class": "rl", "viewBox": "0 0 \(width) \(height)", "width": width, "height": height,
      "role": "img", "aria-labelledby": "\(ids.title) \(ids.description)",
    ])
    let svg = """
      <svg xmlns="http://www.w3.org/2000/svg"\(root)>
      <title\(XMLText.attributes(["id": ids.title]))>\(XMLText.escaped(heading.title))</title>
      <desc\(XMLText.attributes(["id": ids.description]))>\(XMLText.escaped(heading.description))</desc>
      <style>
      \(sheet.text)
      </style>
      <rect class="rl-f-paper" width="\(width)" height="\(height)"/>
      \(marks)</svg>

      """
    return Figure(
      name: heading.name, title: heading.title, description: heading.description, svg: svg)
  }

  /// A line through points.
  package mutating func line(_ points: [Point], _ stroke: Stroke) {
    guard points.count > 1 else { return }
    element("path", ["d": Self.path(points)] + attributes(stroke), stroke: stroke.paint)
  }

  /// A straight line.
  package mutating func rule(_ from: Point, _ to: Point, _ stroke: Stroke) {
    line([from, to], stroke)
  }

  /// A closed area; one path, so that no seams are visible.
  package mutating func area(_ points: [Point], _ fill: Paint, opacity: Double = 1) {
    guard points.count > 2 else { return }
    element("path", ["d": Self.path(points) + "Z"] + Self.opacity(opacity), fill: fill)
  }

  /// A filled rectangle.
  package mutating func rectangle(
    _ box: Box, _ fill: Paint, opacity: Double = 1, radius: Double = 0
  ) {
    element(
      "rect", Self.frame(box, radius) + Self.opacity(opacity), fill: fill)
  }

  /// The edge of a rectangle.
  package mutating func outline(_ box: Box, _ stroke: Stroke, radius: Double = 0) {
    element("rect", Self.frame(box, radius) + attributes(stroke), stroke: stroke.paint)
  }

  /// A point; an open one is filled with the color of the paper.
  package mutating func marker(
    _ shape: Marker, _ center: Point, radius: Double = 4, _ paint: Paint, isOpen: Bool = false
  ) {
    element(
      "path",
      [
        "d": shape.path(center, radius: radius), "stroke-width": isOpen ? "1.6" : "1",
        "stroke-linejoin": "round",
      ],
      fill: isOpen ? .paper : paint, stroke: isOpen ? paint : .paper)
  }

  /// Many small points as one path; shapes repeat after four.
  package mutating func dots(_ points: [Point], _ paint: Paint, shape: Int) {
    guard !points.isEmpty else { return }
    let (tick, cap, width) = [
      ("h0", "round", "3"), ("h0", "square", "2.4"), ("v4", "butt", "1.4"), ("h4", "butt", "1.4"),
    ][shape % 4]
    let data = points.map { "M\(Self.number($0.x)) \(Self.number($0.y))\(tick)" }
    element(
      "path", ["d": data.joined(), "stroke-width": width, "stroke-linecap": cap], stroke: paint)
  }

  /// Text on one line, whose anchor is at a point of the baseline.
  ///
  /// It is turned clockwise about that point, in degrees. A halo in the color of the paper
  /// separates the letters from lines.
  package mutating func text(
    _ text: TickLabel, _ point: Point, _ style: TextStyle, _ paint: Paint = .ink,
    _ anchor: TextAnchor = .start, turned degrees: Double = 0, hasHalo: Bool = false
  ) {
    sheet.styles.insert(style)
    var pairs: Attributes = [
      "x": Self.number(point.x), "y": Self.number(point.y),
    ]
    if anchor != .start { pairs = pairs + ["text-anchor": anchor.rawValue] }
    if degrees != 0 {
      let center = "\(Self.number(point.x)) \(Self.number(point.y))"
      pairs = pairs + ["transform": "rotate(\(Self.number(degrees)) \(center))"]
    }
    let exponent = text.exponent.map { exponent in
      let size = Self.number(style.size * TickLabel.exponentSize)
      return "<tspan dy=\"-\(Self.number(style.size * 0.38))\" style=\"font-size:\(size)px\">"
        + "\(XMLText.escaped(exponent))</tspan>"
    }
    element(
      "text", pairs, classes: ["rl-\(style.rawValue)"] + (hasHalo ? ["rl-halo"] : []), fill: paint,
      stroke: hasHalo ? .paper : nil,
      content: XMLText.escaped(text.text) + (exponent ?? ""))
  }

  /// Text without an exponent.
  package mutating func text(
    _ text: String, _ point: Point, _ style: TextStyle, _ paint: Paint = .ink,
    _ anchor: TextAnchor = .start, turned degrees: Double = 0, hasHalo: Bool = false
  ) {
    self.text(
      TickLabel(text), point, style, paint, anchor, turned: degrees, hasHalo: hasHalo)
  }

  /// Marks that belong together; a tooltip has the words.
  package mutating func group(_ words: String, _ draw: (inout Canvas) -> Void) {
    marks += "<g><title>\(XMLText.escaped(words))</title>\n"
    draw(&self)
    marks += "</g>\n"
  }

  private mutating func element(
    _ name: String, _ pairs: Attributes, classes: [String] = [],
    fill: Paint? = nil, stroke: Paint? = nil, content: String? = nil
  ) {
    if let fill { sheet.fills.insert(fill) }
    if let stroke { sheet.strokes.insert(stroke) }
    let names =
      classes + (fill.map { ["rl-f-\($0.className)"] } ?? [])
      + (stroke.map { ["rl-s-\($0.className)"] } ?? [])
    let start =
      "<\(name)\(XMLText.attributes(["class": names.joined(separator: " ")]))"
      + pairs.text + (fill == nil ? " fill=\"none\"" : "")
    marks += start + (content.map { ">\($0)</\(name)>\n" } ?? "/>\n")
  }

  private func attributes(_ stroke: Stroke) -> Attributes {
    var pairs: Attributes = ["stroke-width": Self.number(stroke.width)]
    if let dash = stroke.dash.lengths { pairs = pairs + ["stroke-dasharray": dash] }
    if stroke.width > 1.2 { pairs = pairs + ["stroke-linejoin": "round"] }
    return pairs + Self.opacity(stroke.opacity)
  }
}
