/// Axes: a line, ticks with their numbers, a title with the unit.
extension Canvas {
  /// An axis below a plot.
  ///
  /// - Parameters:
  /// - top: The end of grid lines; nil for none.
  /// - title: The title below the numbers, in the middle; empty for none.
  /// - Returns: The lower end of the axis.
  @discardableResult
  package mutating func horizontalAxis(
    _ scale: Scale, at y: Double, title: String, ticks: [Tick]? = nil, gridTo top: Double? = nil
  ) -> Double {
    let length = abs(scale.end - scale.start)
    let ticks = ticks ?? scale.ticks(about: max(2, Int(length / 80)))
    var freeFrom = -Double.infinity
    for tick in ticks.sorted(by: { scale.position($0.value) < scale.position($1.value) }) {
      let x = scale.position(tick.value)
      if let top, tick.label != nil { rule(Point(x, top), Point(x, y), Stroke(.grid)) }
      rule(Point(x, y), Point(x, y + (tick.label == nil ? 3 : 5)), Stroke(.quiet))
      guard let label = tick.label else { continue }
      let half = label.width(.tick) / 2
      guard x - half > freeFrom, x - half >= 2, x + half <= width - 2 else { continue }
      text(label, Point(x, y + 17), .tick, .muted, .middle)
      freeFrom = x + half + 6
    }
    rule(Point(scale.start, y), Point(scale.end, y), Stroke(.quiet))
    guard !title.isEmpty else { return y + 21 }
    let title = TextMetrics.fitted(title, .note, within: width - 4)
    let half = TextMetrics.width(title, .note) / 2
    let middle = min(max((scale.start + scale.end) / 2, half + 2), width - half - 2)
    text(title, Point(middle, y + 35), .note, .ink, .middle)
    return y + 39
  }

  /// An axis left of a plot, without a line, its title above the numbers.
  ///
  /// - Parameters:
  /// - right: The end of grid lines; nil for none.
  ///   - titleY: The baseline of the title.
  package mutating func verticalAxis(
    _ scale: Scale, at x: Double, title: String, titleY: Double, ticks: [Tick]? = nil,
    gridTo right: Double? = nil
  ) {
    let ticks = ticks ?? Self.verticalTicks(scale)
    for tick in ticks {
      let y = scale.position(tick.value)
      if let right, tick.label != nil { rule(Point(x, y), Point(right, y), Stroke(.grid)) }
      rule(Point(x - (tick.label == nil ? 3 : 5), y), Point(x, y), Stroke(.quiet))
      if let label = tick.label { text(label, Point(x - 8, y + 4), .tick, .muted, .end) }
    }
    guard !title.isEmpty else { return }
    let title = TextMetrics.fitted(title, .note, within: width - 2 * Margin.side)
    text(title, Point(min(x, Margin.side), titleY), .note)
  }

  /// The default ticks of a vertical axis.
  static func verticalTicks(_ scale: Scale) -> [Tick] {
    let room = 16.0
    let length = abs(scale.end - scale.start)
    // The lowest label is dropped if it is too near to the one above it, and so are crowded ones.
    var last: Double?
    return scale.ticks(about: max(2, Int(length / 38))).map { tick in
      guard tick.label != nil else { return tick }
      let y = scale.position(tick.value)
      if let last, abs(last - y) < room { return Tick(value: tick.value, label: nil) }
      last = y
      return tick
    }
  }

  /// The width of the numbers of a vertical axis, with their ticks.
  static func verticalAxisWidth(_ ticks: [Tick]) -> Double {
    8 + (ticks.compactMap { $0.label?.width(.tick) }.max() ?? 0)
  }
}
