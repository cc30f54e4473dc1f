internal import Foundation

/// Numbers in figures: few digits, a true minus sign.
package enum NumberText {
  /// A number with a fixed count of decimals.
  package static func decimal(_ value: Double, places: Int) -> String {
    let text = String(format: "%.\(places)f", value)
    let isZero = !text.contains { ("1"..."9").contains($0) }
    return withTrueMinus(isZero && text.hasPrefix("-") ? String(text.dropFirst()) : text)
  }

  /// A number with at most `digits` significant digits: `1.27`, `−0.0031`, `5.2e6`, `∞`.
  package static func short(_ value: Double, digits: Int = 3) -> String {
    guard value.isFinite else { return value.isNaN ? "–" : value < 0 ? "−∞" : "∞" }
    let text = String(format: "%.\(digits)g", value)
    guard let mark = text.firstIndex(of: "e") else { return withTrueMinus(text) }
    let power = Int(text[text.index(after: mark)...]) ?? 0
    return withTrueMinus("\(text[..<mark])e\(power)")
  }

  /// A share as a percentage, which is 0 % only for zero.
  package static func percent(_ share: Double) -> String {
    let percent = 100 * share
    guard percent.isFinite, percent > 0 else { return "0 %" }
    if percent < 0.001 { return "<0.001 %" }
    if percent > 99.9, percent < 100 { return ">99.9 %" }
    return short(percent, digits: percent < 10 ? 2 : 3) + " %"
  }

  /// A ratio to the best: `1.00`, `3.27`, `41.3`, `820`, `5.2e3`.
  package static func ratio(_ value: Double) -> String {
    switch value {
    case _ where !value.isFinite: short(value)
    case ..<9.995: decimal(value, places: 2)
    case ..<99.95: decimal(value, places: 1)
    case ..<999.5: decimal(value, places: 0)
    default: short(value, digits: 2)
    }
  }

  static func withTrueMinus(_ text: String) -> String { text.replacing("-", with: "−") }
}

/// Powers of ten.
enum Decade {
  /// The Double nearest to `10^power`.
  static func value(_ power: Int) -> Double { Double("1e\(power)") ?? .infinity }

  /// The largest power of ten that is not above a positive number.
  static func floor(_ value: Double) -> Int {
    let guess = Int(log10(value).rounded(.down))
    // Near a power the rounded logarithm may be off by one.
    if Self.value(guess + 1) <= value { return guess + 1 }
    return Self.value(guess) > value ? guess - 1 : guess
  }
}
