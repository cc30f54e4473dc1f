/// The one way to write a number in a tensor's name.
enum CanonicalNumber {
  /// The shortest text that reads back as the same number, without a trailing `.0`.
  ///
  /// Both zeros are written `0`, because they compare equal and equal descriptions must have equal
  /// names.
  static func text(_ value: Double) -> String {
    guard value != 0 else { return "0" }
    let text = value.description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
