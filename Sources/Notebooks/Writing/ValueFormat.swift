internal import Foundation

/// The format of a value in prose: `%.2f`, `%.3g` or `%.1e`.
struct ValueFormat: Equatable, Sendable {
  /// The format for a C function, which is sure to print one number and nothing else.
  let text: String

  init?(_ text: String) {
    guard text.wholeMatch(of: #/%\.\d[efg]/#) != nil else { return nil }
    self.text = text
  }

  /// The rounded number of a text; the text after the number, such as a unit, stays.
  func rounded(_ value: String) -> String? {
    let number = value.prefix { "+-.0123456789eE".contains($0) }
    guard let parsed = Double(number) else { return nil }
    return String(format: text, parsed) + value.dropFirst(number.count)
  }
}
