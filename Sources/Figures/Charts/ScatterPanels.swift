/// Points in one panel or in several side by side, each panel with axes of its own.
///
/// For the question whether one number of a thing tells another. Emphasized points have a color and a
/// name; the others are gray, and named as far as there is room.
package struct ScatterPanels: Sendable {
  /// A point.
  package struct Entry: Sendable {
    /// Its name.
    package let name: String
    /// Its place on the axis below.
    package let x: Double
    /// Its place on the axis at the left.
    package let y: Double
    /// Whether it has a color, and is named first.
    package let isEmphasized: Bool

    /// Creates a point.
    package init(name: String, x: Double, y: Double, isEmphasized: Bool = false) {
      (self.name, self.x, self.y, self.isEmphasized) = (name, x, y, isEmphasized)
    }
  }

  /// One plot.
  package struct Panel: Sendable {
    /// The title above the plot.
    package let title: String
    /// A line below the title; may be empty.
    package let note: String
    /// The points in any order; those that an axis cannot show are left out.
    package let entries: [Entry]

    /// Creates a plot.
    package init(title: String, note: String = "", entries: [Entry]) {
      (self.title, self.note, self.entries) = (title, note, entries)
    }
  }

  /// The words above the plots.
  package var heading: FigureHeading
  /// The plots, two in a row; a single one fills the width.
  package var panels: [Panel]
  /// The axis below each plot.
  package var xAxis: LineChart.Axis
  /// The axis at the left of each plot.
  package var yAxis: LineChart.Axis

  /// Creates the chart.
  package init(
    heading: FigureHeading, panels: [Panel], xAxis: LineChart.Axis, yAxis: LineChart.Axis
  ) {
    (self.heading, self.panels, self.xAxis, self.yAxis) = (heading, panels, xAxis, yAxis)
  }

  private static let gap = 26.0
  private static let height = 250.0
  private static let pad = 12.0

  /// The finished figure.
  package var figure: Figure {
    var canvas = Canvas(width: 760)
    var top = canvas.heading(heading)
    let columns = panels.count == 1 ? 1 : 2
    let width =
      (canvas.width - 2 * Margin.side - Self.gap * Double(columns - 1)) / Double(columns)
    for start in stride(from: 0, to: panels.count, by: columns) {
      var bottom = top
      for (column, panel) in panels[start..<min(panels.count, start + columns)].enumerated() {
        let left = Margin.side + (width + Self.gap) * Double(column)
        bottom = max(bottom, draw(panel, left: left, right: left + width, top: top, on: &canvas))
      }
      top = bottom + 18
    }
    return canvas.figure(heading.described(words), height: top - 18 + Margin.bottom)
  }

  /// Draws a panel and returns the y position below it.
  private func draw(
    _ panel: Panel, left edge: Double, right: Double, top: Double, on canvas: inout Canvas
  ) -> Double {
    let room = right - edge
    canvas.text(
      TextMetrics.fitted(panel.title, .strong, within: room), Point(edge, top + 12), .strong)
    canvas.text(
      TextMetrics.fitted(panel.note, .note, within: room), Point(edge, top + 28), .note, .muted)
    let shown = panel.entries.filter(isShown)
    let start = top + 56
    let y = Scale(
      Self.kind(shown.map(\.y), yAxis.kind), Self.domain(shown.map(\.y), yAxis),
      from: start + Self.height - Self.pad,
      to: start + Self.pad)
    let left = edge + Canvas.verticalAxisWidth(Canvas.verticalTicks(y))
    let x = Scale(
      xAxis.kind, Self.domain(shown.map(\.x), xAxis), from: left + Self.pad, to: right - Self.pad)
    canvas.text(
      TextMetrics.fitted(yAxis.title, .note, within: room), Point(edge, start - 8), .note)
    canvas.verticalAxis(y, at: left, title: "", titleY: 0, gridTo: right)
    let bottom = canvas.horizontalAxis(
      x, at: start + Self.height, title: xAxis.title, gridTo: start)
    let bounds = Box(
      left: left + 2, top: start - 6, right: right, bottom: start + Self.height - 2)
    canvas.rule(
      Point(left, start + Self.height), Point(right, start + Self.height), Stroke(.quiet))
    draw(shown, x, y, within: bounds, on: &canvas)
    return bottom
  }

  /// The spacing of an axis: linear in place of logarithmic around zero where all numbers lie beyond the
  /// linear part and have a similar size, since powers of ten would be too few numbers there.
  private static func kind(_ values: [Double], _ kind: Scale.Kind) -> Scale.Kind {
    guard case .symlog(let threshold) = kind, let least = values.min(), let most = values.max(),
      least > threshold, most < 30 * least
    else { return kind }
    return .linear
  }

  /// From the least to the greatest number; ``pad`` keeps points from the edges.
  private static func domain(_ values: [Double], _ axis: LineChart.Axis) -> ClosedRange<Double> {
    Scale.domain(around: values + axis.including, axis.kind, margin: 0)
  }

  private func isShown(_ entry: Entry) -> Bool {
    func isShown(_ value: Double, _ kind: Scale.Kind) -> Bool {
      value.isFinite && (kind != .log || value > 0)
    }
    return isShown(entry.x, xAxis.kind) && isShown(entry.y, yAxis.kind)
  }

  private func draw(
    _ entries: [Entry], _ x: Scale, _ y: Scale, within bounds: Box, on canvas: inout Canvas
  ) {
    func place(_ entry: Entry) -> Point { Point(x.position(entry.x), y.position(entry.y)) }
    let (strong, plain) = (
      entries.filter(\.isEmphasized), entries.filter { !$0.isEmphasized }
    )
    for entry in plain {
      canvas.group(words(entry)) {
        $0.marker(.circle, place(entry), radius: 3.2, .quiet, isOpen: true)
      }
    }
    for entry in strong {
      canvas.group(words(entry)) { $0.marker(.diamond, place(entry), radius: 4.5, .series(0)) }
    }
    let obstacles = entries.map(place).map {
      Box(left: $0.x, top: $0.y, right: $0.x, bottom: $0.y).grown(4)
    }
    var placement = Placement(around: obstacles, within: bounds)
    for entry in strong {
      canvas.label(entry.name, at: place(entry), .strong, within: 190, &placement)
    }
    // Names of other points stand beside them or not at all.
    for entry in plain {
      canvas.label(entry.name, at: place(entry), .tick, within: 190, upTo: 8, &placement)
    }
  }

  private func words(_ entry: Entry) -> String {
    "\(entry.name): \(xAxis.title) \(NumberText.short(entry.x)), \(yAxis.title) "
      + NumberText.short(entry.y)
  }

  private var words: String {
    let parts = panels.map { panel in
      let strong = panel.entries.filter { $0.isEmphasized && isShown($0) }
      return "\(panel.title): \(panel.entries.count(where: isShown)) points"
        + (panel.note.isEmpty ? "" : ", \(panel.note)") + "; "
        + strong.map { "\($0.name) (\(NumberText.short($0.x)), \(NumberText.short($0.y)))" }
        .joined(separator: ", ")
    }
    return "\(yAxis.title) against \(xAxis.title). \(parts.joined(separator: ". "))."
  }
}
