internal import Foundation

/// JSON on its way to a file, with its keys in the order in which they are given.
///
/// The layout is that of Python's `json` module, which most of the tools write with.
indirect enum JSONOutput {
  /// A number as it is written.
  case number(String)
  case text(String)
  case boolean(Bool)
  case list([JSONOutput])
  case object([(key: String, value: JSONOutput)])

  /// The shortest decimal that reads back as the same Float32.
  static func number(_ value: Float) -> JSONOutput { .number("\(value)") }
  /// The shortest decimal that reads back as the same Double.
  static func number(_ value: Double) -> JSONOutput { .number("\(value)") }
  /// An integer.
  static func number(_ value: Int) -> JSONOutput { .number("\(value)") }

  /// A list of numbers.
  static func numbers(_ values: [Float]) -> JSONOutput { .list(values.map { .number($0) }) }
  /// A list of integers.
  static func numbers(_ values: [Int]) -> JSONOutput { .list(values.map { .number($0) }) }

  /// The text.
  ///
  /// - Parameter indent: The number of spaces of each level; nothing for all in one line.
  func text(indent: Int?) -> String {
    var text = ""
    write(to: &text, indent: indent, depth: 0)
    return text
  }

  private func write(to text: inout String, indent: Int?, depth: Int) {
    switch self {
    case .number(let number): text += number
    case .text(let string): text += Self.quoted(string)
    case .boolean(let value): text += value ? "true" : "false"
    case .list(let values):
      Self.write(values, "[", "]", to: &text, indent, depth) { value, text in
        value.write(to: &text, indent: indent, depth: depth + 1)
      }
    case .object(let members):
      Self.write(members, "{", "}", to: &text, indent, depth) { member, text in
        text += Self.quoted(member.key) + ": "
        member.value.write(to: &text, indent: indent, depth: depth + 1)
      }
    }
  }

  private static func write<Element>(
    _ elements: [Element], _ opening: String, _ closing: String, to text: inout String,
    _ indent: Int?, _ depth: Int, _ body: (Element, inout String) -> Void
  ) {
    func line(_ depth: Int) -> String {
      indent.map { "\n" + String(repeating: " ", count: $0 * depth) } ?? ""
    }
    text += opening
    for (place, element) in elements.enumerated() {
      if place > 0 { text += indent == nil ? ", " : "," }
      text += line(depth + 1)
      body(element, &text)
    }
    if !elements.isEmpty { text += line(depth) }
    text += closing
  }

  /// A string of JSON; control characters are escapes, all others stand as they are.
  static func quoted(_ string: String) -> String {
    var text = "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"", "\\": text += "\\\(scalar)"
      case "\n": text += "\\n"
      case "\t": text += "\\t"
      case "\r": text += "\\r"
      case "\u{0}"..<" ": text += String(format: "\\u%04x", scalar.value)
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text + "\""
  }
}
