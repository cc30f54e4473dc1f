internal import Foundation
internal import TensorIO

/// The hashes of input files as `provenance.json` has them, with an entry for every file.
///
/// Foundation's encoder takes keys that Unicode calls canonically equal for one key, but two files
/// may have both as names. So it encodes an empty object, which is filled in afterwards.
struct InputEntries: Encodable {
  private let hashes: [ExactName: String]

  init(_ hashes: [ExactName: String]) { self.hashes = hashes }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode([String: String]())
  }

  /// A pretty-printed object whose empty `inputs` are replaced by the entries, sorted by bytes.
  func filled(into json: String) throws -> String {
    guard !hashes.isEmpty else { return json }
    let lines = try hashes.sorted { $0.key < $1.key }.map { name, hash in
      "    \(try Self.quoted(name.text)) : \(try Self.quoted(hash))"
    }
    // Quotation marks inside a text are escaped, so this occurs once.
    return json.replacing(
      "\"inputs\" : {\n\n  }",
      with: "\"inputs\" : {\n" + lines.joined(separator: ",\n") + "\n  }", maxReplacements: 1)
  }

  /// A text as a JSON string.
  private static func quoted(_ text: String) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    return String(decoding: try encoder.encode([text]), as: UTF8.self).dropFirst().dropLast()
      .description
  }
}
