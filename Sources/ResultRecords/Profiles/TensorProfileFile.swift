internal import Foundation

/// Profiles as JSON: the format of `profiles.json`, written and read here only.
///
/// An array with one profile on each line, so that a change of one tensor is a change of one line;
/// the same bytes for the same profiles.
package enum TensorProfileFile {
  /// Profiles as text.
  package static func text(_ profiles: [TensorProfile]) throws -> String {
    text(ofLines: try profiles.map(line))
  }

  /// Profiles that are lines already as text.
  package static func text(ofLines lines: [String]) -> String {
    var text = ""
    write(lines: lines) { text += $0 }
    return text
  }

  /// Hands on what ``text(ofLines:)`` has in parts, so that it is never in memory as a whole.
  package static func write<Failure: Error>(
    lines: some Collection<String>, to body: (String) throws(Failure) -> Void
  ) throws(Failure) {
    guard !lines.isEmpty else { return try body("[]\n") }
    var separator = "[\n"
    for line in lines {
      try body(separator)
      try body(line)
      separator = ",\n"
    }
    try body("\n]\n")
  }

  /// Whether a text can be one of the lines: one object of JSON on one line.
  package static func isLine(_ text: String) -> Bool {
    guard text.utf8.first == UInt8(ascii: "{"), !text.utf8.contains(UInt8(ascii: "\n")) else {
      return false
    }
    var scan = JSONScan(text)
    return (try? scan.document()) != nil
  }

  /// One profile as a line without its end.
  package static func line(_ profile: TensorProfile) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(profile), as: UTF8.self)
  }

  /// Reads what ``text(_:)`` writes.
  ///
  /// - Throws: `JSONFault` with the place of what is wrong.
  package static func profiles(in text: String) throws -> [TensorProfile] {
    try JSONText.value([TensorProfile].self, from: text)
  }

  /// Reads what ``line(_:)`` writes.
  ///
  /// - Throws: `JSONFault` with the place of what is wrong.
  package static func profile(in line: String) throws -> TensorProfile {
    try JSONText.value(TensorProfile.self, from: line)
  }
}
