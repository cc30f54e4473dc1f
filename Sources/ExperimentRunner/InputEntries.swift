internal import Foundation
internal import TensorIO

/// The hashes of input files as `provenance.json` has them, every file with an entry of its own.
///
/// Foundation's encoder takes keys that Unicode calls canonically equal for one, and files may have
/// both as two names. So it is given an empty object, which is filled in afterwards.
struct InputEntries: Encodable {
  private let hashes: [ExactName: String]

  init(_ hashes: [ExactName: String]) { self.hashes = hashes }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode([String: String]())
  }

  /// A pretty-printed object, with the entries where its `inputs` are empty, sorted by bytes.
  func filled(into json: String) throws -> String {
    guard !hashes.isEmpty else { return json }
    let lines = try hashes.sorted { $0.key < $1.key }.map { name, hash in
      "    \(try Self.quoted(name.text)) : \(try Self.quoted(hash))"
    }
    // Within a text the quotation marks would have escapes before them: this is found once.
    return json.replacing(
      "\"inputs\" : {\n\n  }",
      with: "\"inputs\" : {\n" + lines.joined(separator: ",\n") + "\n  }", maxReplacements: 1)
  }

  /// A text as JSON has it.
  private static func quoted(_ text: String) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    return String(decoding: try encoder.encode([text]), as: UTF8.self).dropFirst().dropLast()
      .description
  }
}
