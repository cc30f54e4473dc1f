extension Canvas {
  /// Names a point where there is room beside it, with a rule to the name where that is far; without room
  /// the point has no name.
  ///
  /// - Parameters:
  ///   - width: The most that the name may take; it is cut where it is longer.
  ///   - farthest: How far from the point the name may stand.
  mutating func label(
    _ name: String, at point: Point, _ style: TextStyle, within width: Double,
    upTo farthest: Double = 60, _ placement: inout Placement
  ) {
    let name = TextMetrics.fitted(name, style, within: width)
    guard let place = placement.place(name, style, beside: point, upTo: farthest) else { return }
    if place.isFar {
      let end = Point(
        min(max(point.x, place.box.left), place.box.right),
        min(max(point.y, place.box.top + 2), place.box.bottom - 2))
      rule(point, end, Stroke(.quiet, width: 0.8))
    }
    text(
      name, place.point, style, style == .strong ? .series(0) : .muted, place.anchor,
      hasHalo: true)
  }
}
