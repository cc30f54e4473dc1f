internal import Foundation

/// How a value in prose is rounded: `%.2f`, `%.3g` or `%.1e`.
struct ValueFormat: Equatable, Sendable {
  /// For a C formatting function; nothing but one number can come out of it.
  let text: String

  init?(_ text: String) {
    guard text.wholeMatch(of: #/%\.\d[efg]/#) != nil else { return nil }
    self.text = text
  }

  /// The number in a text, rounded; what follows the number, such as a unit, stays.
  func rounded(_ value: String) -> String? {
    let number = value.prefix { "+-.0123456789eE".contains($0) }
    guard let parsed = Double(number) else { return nil }
    return String(format: text, parsed) + value.dropFirst(number.count)
  }
}
