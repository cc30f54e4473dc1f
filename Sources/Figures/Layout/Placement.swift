/// Places labels beside points where nothing else is.
package struct Placement {
  private var taken: [Box]
  private let bounds: Box

  /// Starts with the boxes that labels must not cover.
  package init(around obstacles: [Box], within bounds: Box) {
    (taken, self.bounds) = (obstacles, bounds)
  }

  /// The position of a label.
  package struct Place: Sendable {
    /// The anchor point, on the baseline.
    package let point: Point
    /// The end of the text that is at the point.
    package let anchor: TextAnchor
    /// The box that the label covers.
    package let box: Box
    /// Whether it is so far from its point that a line must connect them.
    package let isFar: Bool
  }

  /// The free position nearest to a point; nil if all are taken.
  package mutating func place(
    _ text: String, _ style: TextStyle, beside point: Point, upTo farthest: Double = 60
  ) -> Place? {
    for distance in stride(from: 8.0, through: max(8, farthest), by: 8) {
      for (dx, dy, anchor) in Self.directions {
        let spot = Point(
          point.x + dx * distance,
          point.y + dy * distance + (dy == 0 ? 0.36 : dy > 0 ? 0.76 : -0.1) * style.size)
        let box = TextMetrics.box(text, at: spot, style, anchor)
        guard bounds.contains(box), !taken.contains(where: { $0.overlaps(box.grown(1.5)) }) else {
          continue
        }
        taken.append(box.grown(1))
        return Place(point: spot, anchor: anchor, box: box, isFar: distance > 8)
      }
    }
    return nil
  }

  private static let directions: [(Double, Double, TextAnchor)] = [
    (1, 0, .start), (-1, 0, .end), (0, -1, .middle), (0, 1, .middle), (0.8, -0.8, .start),
    (-0.8, -0.8, .end), (0.8, 0.8, .start), (-0.8, 0.8, .end),
  ]
}
