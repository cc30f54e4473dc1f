extension RangeHistogram {
  /// The place of the label of a bracket.
  struct Row {
    enum Side { case inside, right, left, above }
    let side: Side
    let text: String
    var isOwnLine: Bool { side == .above }
  }

  /// The places of the labels: in a gap of the bracket, beside it, or on a separate line above it.
  static func rows(
    _ brackets: [Bracket], _ x: Scale, within bounds: ClosedRange<Double>
  ) -> [Row] {
    brackets.map { bracket in
      let style = style(bracket)
      let text = TextMetrics.fitted(
        bracket.label, style, within: bounds.upperBound - bounds.lowerBound - 8)
      let room = TextMetrics.width(text, style) + 16
      let (lower, upper) = (x.position(bracket.lower), x.position(bracket.upper))
      if upper - lower > room + 24 { return Row(side: .inside, text: text) }
      if upper + room <= bounds.upperBound { return Row(side: .right, text: text) }
      if lower - room >= bounds.lowerBound { return Row(side: .left, text: text) }
      return Row(side: .above, text: text)
    }
  }

  private static func style(_ bracket: Bracket) -> TextStyle {
    bracket.isEmphasized ? .strong : .label
  }

  /// Draws the brackets one below the other, with faint lines from their ends up to the histogram.
  ///
  /// - Returns: The lower end of the last bracket.
  func draw(
    _ brackets: [Bracket], _ x: Scale, _ y: Scale, below top: Double, on canvas: inout Canvas
  ) -> Double {
    let rows = Self.rows(brackets, x, within: x.start...x.end)
    var middles: [Double] = []
    var bottom = top + 4
    for row in rows {
      bottom += row.isOwnLine ? 36 : 21
      middles.append(bottom - 8)
    }
    // More lines would hide the histogram.
    if brackets.count <= 8 {
      for (index, bracket) in brackets.enumerated() {
        for end in [bracket.lower, bracket.upper].map(x.position) {
          let stroke = Self.guide(index, opacity: 0.8)
          canvas.rule(Point(end, y.start), Point(end, y.end), stroke)
          canvas.rule(
            Point(end, middles[index]), Point(end, top + 4), Self.guide(index, opacity: 0.35))
        }
      }
    }
    for (index, bracket) in brackets.enumerated() {
      canvas.group(bracket.label) { canvas in
        draw(bracket, index, rows[index], y: middles[index], x, on: &canvas)
      }
    }
    return bottom
  }

  private static func guide(_ index: Int, opacity: Double) -> Stroke {
    let dashes = Stroke.Dash.allCases.dropFirst()
    return Stroke(
      .series(index), dash: dashes[dashes.startIndex + index % dashes.count], opacity: opacity)
  }

  private func draw(
    _ bracket: Bracket, _ index: Int, _ row: Row, y: Double, _ x: Scale, on canvas: inout Canvas
  ) {
    let (lower, upper) = (x.position(bracket.lower), x.position(bracket.upper))
    let stroke = Stroke(.series(index), width: bracket.isEmphasized ? 2.6 : 1.6)
    let style = Self.style(bracket)
    let half = TextMetrics.width(row.text, style) / 2
    var anchor = Point((lower + upper) / 2, y + 4)
    var side = TextAnchor.middle
    switch row.side {
    case .inside: break
    case .right: (anchor.x, side) = (upper + 8, .start)
    case .left: (anchor.x, side) = (lower - 8, .end)
    case .above:
      anchor = Point(min(max(anchor.x, x.start + half + 4), x.end - half - 4), y - 10)
    }
    canvas.rule(Point(lower, y), Point(upper, y), stroke)
    for end in [lower, upper] { canvas.rule(Point(end, y - 5), Point(end, y + 5), stroke) }
    var behind = TextMetrics.box(row.text, at: anchor, style, side)
    (behind.left, behind.right) = (behind.left - 4, behind.right + 4)
    canvas.rectangle(behind, .paper)
    canvas.text(row.text, anchor, style, .ink, side)
  }
}
