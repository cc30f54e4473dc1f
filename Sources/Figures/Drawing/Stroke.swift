/// The style of a line.
package struct Stroke: Sendable {
  /// The dashes of a line, which distinguish lines without colors.
  package enum Dash: Int, CaseIterable, Sendable {
    case solid, dashed, dotted, dashDotted, longDashed, dashDotDotted

    var lengths: String? {
      switch self {
      case .solid: nil
      case .dashed: "6 4"
      case .dotted: "1.5 3.5"
      case .dashDotted: "8 3.5 1.5 3.5"
      case .longDashed: "12 4"
      case .dashDotDotted: "8 3 1.5 3 1.5 3"
      }
    }
  }

  package let paint: Paint
  package let width: Double
  package let dash: Dash
  package let opacity: Double

  /// Creates a line style.
  package init(_ paint: Paint, width: Double = 1, dash: Dash = .solid, opacity: Double = 1) {
    (self.paint, self.width, self.dash, self.opacity) = (paint, width, dash, opacity)
  }
}

/// The shapes of points, which distinguish points without colors.
package enum Marker: Int, CaseIterable, Sendable {
  case circle, square, triangle, diamond, triangleDown, cross, plus

  /// The outline around a point, as path data; all shapes look about equally large.
  func path(_ center: Point, radius: Double) -> String {
    func closed(_ offsets: [(Double, Double)], _ size: Double) -> String {
      let points = offsets.map { Point(center.x + size * $0.0, center.y + size * $0.1) }
      return Canvas.path(points) + "Z"
    }
    switch self {
    case .circle:
      let y = Canvas.number(center.y)
      let r = Canvas.number(radius)
      let left = Canvas.number(center.x - radius)
      let right = Canvas.number(center.x + radius)
      return "M\(left) \(y)A\(r) \(r) 0 1 1 \(right) \(y)A\(r) \(r) 0 1 1 \(left) \(y)Z"
    case .square: return closed([(-1, -1), (1, -1), (1, 1), (-1, 1)], 0.88 * radius)
    case .triangle: return closed([(0, -1.2), (1.1, 0.8), (-1.1, 0.8)], radius)
    case .triangleDown: return closed([(0, 1.2), (1.1, -0.8), (-1.1, -0.8)], radius)
    case .diamond: return closed([(0, -1), (1, 0), (0, 1), (-1, 0)], 1.3 * radius)
    case .plus: return closed(Self.plusOutline, radius)
    case .cross:
      return closed(
        Self.plusOutline.map { (($0.0 - $0.1) * 0.707, ($0.0 + $0.1) * 0.707) }, radius)
    }
  }

  private static let plusOutline: [(Double, Double)] = [
    (-0.4, -1.2), (0.4, -1.2), (0.4, -0.4), (1.2, -0.4), (1.2, 0.4), (0.4, 0.4), (0.4, 1.2),
    (-0.4, 1.2), (-0.4, 0.4), (-1.2, 0.4), (-1.2, -0.4), (-0.4, -0.4),
  ]
}
