/// `1 cell`, `2 cells`, `0 cells`: a count with its noun in the right form.
///
/// - Parameters:
///   - count: How many.
///   - noun: The noun for one.
///   - plural: The noun for several, where it is not the singular with an `s`.
///   - number: How the count is written; its digits by default.
package func counted(
  _ count: Int, _ noun: String, _ plural: String? = nil, number: (Int) -> String = { "\($0)" }
) -> String {
  "\(number(count)) \(count == 1 ? noun : plural ?? noun + "s")"
}

/// The finite number that a text stands for in decimal notation.
///
/// What Swift reads beyond that is no number here: `nan`, `inf`, hexadecimals, and decimals beyond
/// Double such as `1e400`. Nothing may stand around it, not even a space.
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

/// Text of several lines with everything that could disturb a terminal written as an escape.
///
/// Line ends and tabs stay. No line is a workflow command, whoever chose its words: see
/// ``printable(_:limit:)``.
package func printableLines(_ text: String) -> String {
  text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { line in
    line.split(separator: "\t", omittingEmptySubsequences: false)
      .map { printable(String($0), limit: .max) }.joined(separator: "\t")
  }.joined(separator: "\n")
}
