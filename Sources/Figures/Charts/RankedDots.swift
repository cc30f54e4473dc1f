/// A chart of names from top to bottom with a mark for each series, on one logarithmic axis.
///
/// It says which names stand out and how far the series of a name lie apart.
package struct RankedDots: Sendable {
  /// A name with the values of its series.
  package struct Row: Sendable {
    /// The name.
    package let name: String
    /// The value of each series; nil for none.
    ///
    /// Values that are not positive are left out.
    package let values: [Double?]

    /// Creates a row.
    package init(name: String, values: [Double?]) { (self.name, self.values) = (name, values) }
  }

  /// The words above the plot.
  package var heading: FigureHeading
  /// The rows from top to bottom.
  package var rows: [Row]
  /// The names of the series.
  package var series: [String]
  /// The title of the axis, with the unit.
  package var valueTitle: String

  /// Creates the chart.
  package init(heading: FigureHeading, rows: [Row], series: [String], valueTitle: String) {
    (self.heading, self.rows, self.series, self.valueTitle) = (heading, rows, series, valueTitle)
  }

  private static let rowHeight = 16.0

  /// The finished figure.
  package var figure: Figure {
    var canvas = Canvas(width: 760)
    let top = drawKey(top: canvas.heading(heading), on: &canvas)
    let names = TextMetrics.fitted(rows.map(\.name), .tick, within: 260)
    let left = Margin.side + (names.map { TextMetrics.width($0, .tick) }.max() ?? 0) + 10
    let bottom = top + 6 + Self.rowHeight * Double(max(1, rows.count))
    let x = Scale(
      .log, Scale.domain(around: rows.flatMap { $0.values.compactMap(\.self) }, .log), from: left,
      to: canvas.width - Margin.side)
    let end = canvas.horizontalAxis(x, at: bottom, title: valueTitle, gridTo: top)
    for (index, row) in rows.enumerated() {
      let y = top + 6 + Self.rowHeight * (Double(index) + 0.5)
      canvas.text(names[index], Point(left - 8, y + 4), .tick, .muted, .end)
      draw(row, at: y, x, on: &canvas)
    }
    return canvas.figure(heading.described(words), height: end + Margin.bottom)
  }

  private func draw(_ row: Row, at y: Double, _ x: Scale, on canvas: inout Canvas) {
    let shown = row.values.enumerated().compactMap { index, value in
      value.flatMap { $0.isFinite && $0 > 0 ? (index: index, value: $0) : nil }
    }
    let places = shown.map { x.position($0.value) }
    if let first = places.min(), let last = places.max(), first < last {
      canvas.rule(Point(first, y), Point(last, y), Stroke(.quiet, width: 0.8, opacity: 0.6))
    }
    for (index, value) in shown {
      let name = series.indices.contains(index) ? series[index] : ""
      canvas.group("\(row.name), \(name): \(NumberText.short(value))") {
        $0.marker(
          Marker.allCases[index % Marker.allCases.count], Point(x.position(value), y), radius: 4,
          .series(index))
      }
    }
  }

  /// Draws the marks with their names in a row, and returns the y position below.
  private func drawKey(top: Double, on canvas: inout Canvas) -> Double {
    var x = Margin.side
    for (index, name) in series.enumerated() {
      canvas.marker(
        Marker.allCases[index % Marker.allCases.count], Point(x + 5, top + 8), .series(index))
      canvas.text(name, Point(x + 14, top + 12), .label)
      x += 14 + TextMetrics.width(name, .label) + 22
    }
    return top + 22
  }

  private var words: String {
    let first = rows.prefix(3).map { row in
      row.name + " ("
        + zip(series, row.values).compactMap { name, value in
          value.map { "\(name): \(NumberText.short($0))" }
        }.joined(separator: ", ") + ")"
    }
    return "\(valueTitle) of \(rows.count) rows. The first: \(first.joined(separator: "; "))."
  }
}
