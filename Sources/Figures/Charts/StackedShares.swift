/// A bar chart of the two parts of wholes, with a bar for each row, in panels side by side.
package struct StackedShares: Sendable {
  /// One column of bars.
  package struct Panel: Sendable {
    /// The title above the bars.
    package let title: String
    /// For each row, the share of the first part in the whole, 0 to 1; nil if the whole is zero.
    package let shares: [Double?]

    /// Creates a column.
    package init(title: String, shares: [Double?]) { (self.title, self.shares) = (title, shares) }
  }

  /// The words above the plot.
  package var heading: FigureHeading
  /// The names of the rows, from top to bottom.
  package var rows: [String]
  /// The panels, from left to right.
  package var panels: [Panel]
  /// The names of the first part and of the rest.
  package var parts: (String, String)

  /// Creates the chart.
  package init(
    heading: FigureHeading, rows: [String], panels: [Panel],
    parts: (String, String) = ("clipping", "rounding")
  ) {
    (self.heading, self.rows, self.panels, self.parts) = (heading, rows, panels, parts)
  }

  private static let rowHeight = 18.0

  /// The finished figure.
  package var figure: Figure {
    var canvas = Canvas(width: 760)
    let names = TextMetrics.fitted(rows, .label, within: 210)
    let left = Margin.side + (names.map { TextMetrics.width($0, .label) }.max() ?? 0) + 10
    var top = canvas.heading(heading)
    top = drawKey(top: top, on: &canvas)
    let columns = BandScale(panels.count, from: left, to: canvas.width - Margin.side, gap: 0)
    let gap = 26.0
    let first = top + (panels.count > 1 ? 20 : 4)
    let bottom = first + Self.rowHeight * Double(rows.count)
    for (index, name) in names.enumerated() {
      canvas.text(
        name, Point(left - 10, first + Self.rowHeight * (Double(index) + 0.5) + 4), .label, .ink,
        .end)
    }
    for (index, panel) in panels.enumerated() {
      let (start, end) = columns.band(index)
      let x = Scale(.linear, 0...1, from: start, to: end - (index == panels.count - 1 ? 0 : gap))
      if panels.count > 1 {
        let title = TextMetrics.fitted(panel.title, .strong, within: x.end - x.start)
        canvas.text(title, Point(x.start, first - 7), .strong)
      }
      for row in rows.indices {
        let y = first + Self.rowHeight * Double(row)
        let share = panel.shares.indices.contains(row) ? panel.shares[row] : nil
        canvas.group(
          "\(rows[row]), \(panel.title): \(share.map { "\(NumberText.percent($0)) \(parts.0)" } ?? "none")"
        ) {
          draw(share, top: y + 2.5, bottom: y + Self.rowHeight - 2.5, x, on: &$0)
        }
      }
      let ticks = [0, 0.5, 1].map {
        Tick(value: $0, label: TickLabel($0 < 1 ? "\(Int(100 * $0))" : "100 %"))
      }
      canvas.horizontalAxis(x, at: bottom + 3, title: "", ticks: ticks)
    }
    return canvas.figure(heading.described(words), height: bottom + 24 + Margin.bottom)
  }

  /// Draws a bar.
  ///
  /// The first part is solid and has its share as text; the rest is an empty frame.
  private func draw(
    _ share: Double?, top: Double, bottom: Double, _ x: Scale, on canvas: inout Canvas
  ) {
    guard let share, share.isFinite else {
      canvas.text("–", Point(x.start + 3, (top + bottom) / 2 + 4), .tick, .muted)
      return
    }
    let part = x.position(share)
    canvas.rectangle(Box(left: x.start, top: top, right: x.end, bottom: bottom), .wash)
    canvas.rectangle(Box(left: x.start, top: top, right: part, bottom: bottom), .series(1))
    let label = NumberText.decimal(100 * min(1, max(0, share)), places: 0) + " %"
    let room = TextMetrics.width(label, .cell) + 8
    let isInside = part - x.start > room
    canvas.text(
      label, Point(isInside ? part - 4 : part + 4, (top + bottom) / 2 + 3.8), .cell,
      isInside ? .paper : .ink, isInside ? .end : .start)
  }

  private func drawKey(top: Double, on canvas: inout Canvas) -> Double {
    var left = Margin.side
    for (name, paint) in [(parts.0, Paint.series(1)), (parts.1, .wash)] {
      canvas.rectangle(Box(left: left, top: top + 5, right: left + 12, bottom: top + 16), paint)
      canvas.text(name, Point(left + 17, top + 15), .note)
      left += 17 + TextMetrics.width(name, .note) + 20
    }
    return top + 26
  }

  private var words: String {
    panels.map { panel in
      let cells = zip(rows, panel.shares).map { "\($0) \($1.map(NumberText.percent) ?? "none")" }
      return "\(panel.title): \(cells.joined(separator: ", "))"
    }.joined(separator: ". ") + ". Share of \(parts.0); the rest is \(parts.1)."
  }
}
