/// A table of numbers in which the color of each cell shows its number.
package struct Heatmap: Sendable {
  /// The words above the grid.
  package var heading: FigureHeading
  /// The names of the rows, from top to bottom.
  package var rows: [String]
  /// The names of the columns, from left to right.
  package var columns: [String]
  /// The numbers, by row and then by column; nil for an empty cell.
  package var values: [[Double?]]
  /// The numbers of the first and the last color.
  ///
  /// Numbers outside have the nearer one of these colors.
  package var domain: ClosedRange<Double>
  /// The spacing of numbers over the colors.
  package var spacing: Scale.Kind
  /// The title of the color key.
  package var valueTitle: String
  /// Makes the text of a number in a cell.
  package var text: @Sendable (Double) -> String

  /// Creates the chart.
  package init(
    heading: FigureHeading, rows: [String], columns: [String], values: [[Double?]],
    domain: ClosedRange<Double>, spacing: Scale.Kind = .linear,
    valueTitle: String, text: @escaping @Sendable (Double) -> String = { NumberText.ratio($0) }
  ) {
    (self.heading, self.rows, self.columns, self.values) = (heading, rows, columns, values)
    (self.domain, self.spacing) = (domain, spacing)
    (self.valueTitle, self.text) = (valueTitle, text)
  }

  /// The number of a cell; nil if the cell is empty or the arrays are too short.
  subscript(row: Int, column: Int) -> Double? {
    guard values.indices.contains(row), values[row].indices.contains(column) else { return nil }
    return values[row][column].flatMap { $0.isNaN ? nil : $0 }
  }

  private static let rowHeight = 19.0
  private static let longestName = 210.0

  /// The finished figure.
  package var figure: Figure {
    let names = TextMetrics.fitted(rows, .label, within: Self.longestName)
    let heads = TextMetrics.fitted(columns, .label, within: Self.longestName)
    let nameWidth = names.map { TextMetrics.width($0, .label) }.max() ?? 0
    let headLength = heads.map { TextMetrics.width($0, .label) }.max() ?? 0
    let left = Margin.side + nameWidth + 8
    let cellWidth = self.cellWidth(left)
    // Slanted names need room above the columns and to the right of the last one.
    let slant = Self.slant(headLength, cellWidth)
    let right = left + cellWidth * Double(columns.count)
    var canvas = Canvas(
      width: max(520, right + max(Margin.side, slant.beyond - cellWidth / 2 + 6)))
    var top = canvas.heading(heading)
    top = drawKey(left: Margin.side, top: top, on: &canvas) + 10 + slant.above
    for (index, head) in heads.enumerated() {
      canvas.text(
        head, Point(left + cellWidth * (Double(index) + 0.5) + 3, top - 6), .label, .ink, .start,
        turned: -slant.degrees)
    }
    let best = self.bestOfColumns
    for (row, name) in names.enumerated() {
      let y = top + Self.rowHeight * Double(row)
      canvas.text(name, Point(left - 8, y + 13.5), .label, .ink, .end)
      for column in columns.indices {
        let box = Box(
          left: left + cellWidth * Double(column), top: y,
          right: left + cellWidth * Double(column + 1), bottom: y + Self.rowHeight
        ).grown(-0.5)
        draw(
          self[row, column], box, isBest: isBest(self[row, column], best[column]),
          on: &canvas)
      }
    }
    let bottom = top + Self.rowHeight * Double(rows.count)
    return canvas.figure(heading.described(words), height: bottom + Margin.bottom)
  }

  private func cellWidth(_ left: Double) -> Double {
    let texts = rows.indices.flatMap { row in columns.indices.map { self[row, $0].map(text) ?? "–" }
    }
    let widest = texts.map { TextMetrics.width($0, .strongCell) }.max() ?? 0
    let share = (820 - left) / Double(max(1, columns.count))
    return max(widest + 8, min(64, max(34, share)))
  }

  /// The slant of the names of columns: horizontal if they fit, otherwise as flat as their distance
  /// allows.
  private static func slant(
    _ length: Double, _ step: Double
  ) -> (degrees: Double, above: Double, beyond: Double) {
    (45, length * 0.7072 + 16, length * 0.7072 + 12)
  }

  private var bestOfColumns: [Double?] {
    columns.indices.map { column in
      rows.indices.compactMap { self[$0, column] }.min()
    }
  }

  /// Whether a number is the best, up to a difference that is too small to be printed.
  private func isBest(_ value: Double?, _ best: Double?) -> Bool {
    guard let value, let best else { return false }
    return value - best <= 1e-6 * abs(best)
  }

  private func draw(_ value: Double?, _ box: Box, isBest: Bool, on canvas: inout Canvas) {
    guard let value else {
      canvas.text("–", Point(box.middle.x, box.middle.y + 4), .cell, .muted, .middle)
      return
    }
    let step = ColorRamp.step(scale.position(value))
    canvas.rectangle(box, .ramp(step))
    canvas.text(
      text(value), Point(box.middle.x, box.middle.y + 3.8), isBest ? .strongCell : .cell,
      .onRamp(step), .middle)
  }

  private var scale: Scale { Scale(spacing, domain, from: 0, to: 1) }

  /// Draws the color key.
  private func drawKey(left: Double, top: Double, on canvas: inout Canvas) -> Double {
    let title = TextMetrics.fitted(valueTitle, .note, within: canvas.width - 300)
    canvas.text(title, Point(left, top + 14), .note)
    let start = left + TextMetrics.width(title, .note) + 18
    let width = 12.0 * Double(ColorRamp.steps)
    for step in 0..<ColorRamp.steps {
      let edge = start + 12 * Double(step)
      canvas.rectangle(
        Box(left: edge, top: top + 4, right: edge + 12, bottom: top + 15), .ramp(step))
    }
    let key = Scale(spacing, domain, from: start + 6, to: start + width - 6)
    let places =
      [domain.lowerBound] + key.ticks(about: 3).filter { $0.label != nil }.map(\.value)
      + [domain.upperBound]
    var freeFrom = 0.0
    for value in places {
      let label = text(value)
      let half = TextMetrics.width(label, .tick) / 2
      let x = key.position(value)
      guard x - half > freeFrom else { continue }
      canvas.rule(Point(x, top + 15), Point(x, top + 19), Stroke(.quiet))
      canvas.text(label, Point(x, top + 30), .tick, .muted, .middle)
      freeFrom = x + half + 8
    }
    return top + 34
  }

  private var words: String {
    let best = bestOfColumns
    let leaders = zip(columns, best).enumerated().compactMap { index, column -> String? in
      guard let value = column.1, let row = rows.indices.first(where: { self[$0, index] == value })
      else { return nil }
      return "\(column.0): \(rows[row]) \(text(value))"
    }
    return "\(valueTitle), \(rows.count) rows and \(columns.count) columns. "
      + (leaders.isEmpty ? "" : "Least in each column: \(leaders.joined(separator: "; ")).")
  }
}
