internal import Foundation
internal import ResultRecords
internal import TensorIO

/// Rows of `networks.csv` on disk, each in a file named by the hash of everything that determines it.
struct NetworkStore {
  private let folder: String

  /// The store of an output directory.
  init(outputDirectory: String) { folder = outputDirectory + "/.networks" }

  /// A row that was kept; nothing where there is none, or where it cannot be read.
  func row(at address: String) -> NetworkRecord? {
    guard case .text(let text) = file(address).read() else { return nil }
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = Self.names
    return try? decoder.decode(NetworkRecord.self, from: Data(text.utf8))
  }

  /// Keeps a row.
  ///
  /// - Throws: If the file cannot be written.
  func keep(_ row: NetworkRecord, at address: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    try file(address).keep(String(decoding: try encoder.encode(row), as: UTF8.self) + "\n")
  }

  private static let names = JSONDecoder.NonConformingFloatDecodingStrategy.convertFromString(
    positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")

  private func file(_ address: String) -> KeptText {
    KeptText(root: folder, name: address, address: address)
  }
}
