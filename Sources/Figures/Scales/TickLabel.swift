/// The text of a number, with an exponent if it is far from 1.
package struct TickLabel: Hashable, Sendable {
  /// Digits, or digits and a power of ten without its exponent.
  package let text: String
  /// The raised text after it.
  package let exponent: String?

  static let exponentSize = 0.78

  /// Creates a label.
  package init(_ text: String, exponent: String? = nil) {
    (self.text, self.exponent) = (text, exponent)
  }

  /// A power of ten times a digit: `0.2`, `50`, `10` with exponent 6.
  package init(digit: Int, power: Int) {
    if (-3...3).contains(power) {
      let value = Double(digit) * Decade.value(power)
      self.init(NumberText.decimal(value, places: max(0, -power)))
    } else {
      self.init(
        digit == 1 ? "10" : "\(digit)·10",
        exponent: NumberText.withTrueMinus("\(power)"))
    }
  }

  /// The width, in pixels.
  package func width(_ style: TextStyle) -> Double {
    TextMetrics.width(text, style)
      + (exponent.map { Self.exponentSize * TextMetrics.width($0, style) } ?? 0)
  }

  /// The label in one line of plain text.
  package var plain: String { text + (exponent.map { "^\($0)" } ?? "") }
}
