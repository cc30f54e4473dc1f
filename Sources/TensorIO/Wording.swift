/// `1 cell`, `2 cells`, `0 cells`: a count with its noun in the right form.
///
/// - Parameters:
///   - count: The count.
///   - noun: The noun for one.
///   - plural: The noun for several; by default the singular with an `s`.
///   - number: Makes the text of the count; by default its digits.
package func counted(
  _ count: Int, _ noun: String, _ plural: String? = nil, number: (Int) -> String = { "\($0)" }
) -> String {
  "\(number(count)) \(count == 1 ? noun : plural ?? noun + "s")"
}

/// The finite number of a text in decimal notation; nil for other texts.
///
/// Other texts that Swift accepts give nil: `nan`, `inf`, hexadecimals, and decimals out of the
/// range of Double such as `1e400`. The text must have no other characters, not even spaces.
package func decimalNumber(_ text: String) -> Double? {
  guard text.utf8.allSatisfy(isDecimal) else { return nil }
  return Double(text).flatMap { $0.isFinite ? $0 : nil }
}

private func isDecimal(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"),
    UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
    true
  default: false
  }
}

/// Text of several lines, with escapes for all characters that could disturb a terminal.
///
/// Line ends and tabs are kept. No line is a workflow command; see ``printable(_:limit:)``.
package func printableLines(_ text: String) -> String {
  text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { line in
    line.split(separator: "\t", omittingEmptySubsequences: false)
      .map { printable(String($0), limit: .max) }.joined(separator: "\t")
  }.joined(separator: "\n")
}
