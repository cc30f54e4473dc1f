extension Canvas {
  /// A coordinate with at most two decimals.
  ///
  /// It must be finite; anything else is a fault of the chart.
  static func number(_ value: Double) -> String {
    precondition(abs(value) < 1e9, "a coordinate must be finite")
    let hundredths = Int((100 * value).rounded())
    let (whole, rest) = abs(hundredths).quotientAndRemainder(dividingBy: 100)
    let sign = hundredths < 0 ? "-" : ""
    guard rest != 0 else { return "\(sign)\(whole)" }
    let decimals = rest < 10 ? "0\(rest)" : rest.isMultiple(of: 10) ? "\(rest / 10)" : "\(rest)"
    return "\(sign)\(whole).\(decimals)"
  }

  /// Path data through points.
  static func path(_ points: [Point]) -> String {
    points.enumerated().map { index, point in
      (index == 0 ? "M" : "L") + "\(number(point.x)) \(number(point.y))"
    }.joined()
  }

  static func frame(_ box: Box, _ radius: Double) -> Attributes {
    let pairs: Attributes = [
      "x": number(box.left), "y": number(box.top), "width": number(max(0, box.width)),
      "height": number(max(0, box.height)),
    ]
    return radius > 0 ? pairs + ["rx": number(radius)] : pairs
  }

  static func opacity(_ opacity: Double) -> Attributes {
    opacity < 1 ? ["opacity": number(opacity)] : [:]
  }
}
