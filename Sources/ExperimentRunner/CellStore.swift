internal import Foundation
internal import ResultRecords
internal import TensorIO

/// Finished cells on disk, each in a file named by the hash of everything that determines it.
///
/// A cell appears whole or not at all, so a killed run loses only what it was working on, and a
/// repeated run finds everything. A file that cannot be read counts as not there.
struct CellStore: Sendable {
  /// A finished cell and how long it took.
  struct Entry: Sendable {
    let record: ResultRecord
    let seconds: Double
  }

  private let folder: String

  /// The store of an output directory.
  init(outputDirectory: String) { folder = outputDirectory + "/.cells" }

  /// Finds the cells that are there, all at once: one table is parsed instead of thousands.
  func entries(for addresses: [String]) -> [String: Entry] {
    var lines = ResultTable.header + "\n"
    var found: [(address: String, seconds: Double)] = []
    for address in addresses {
      guard let text = try? String(contentsOfFile: path(of: address), encoding: .utf8) else {
        continue
      }
      // Seconds, the record, and a newline that a truncated file would lack.
      let parts = text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, parts[1].hasSuffix("\n"), let seconds = Double(parts[0]) else {
        continue
      }
      lines += parts[1]
      found.append((address, seconds))
    }
    guard let records = try? ResultTable.records(in: lines), records.count == found.count else {
      return [:]
    }
    return Dictionary(
      uniqueKeysWithValues: zip(found, records).map {
        ($0.address, Entry(record: $1, seconds: $0.seconds))
      })
  }

  /// Keeps a finished cell.
  func keep(_ entry: Entry, at address: String) throws {
    let path = path(of: address)
    try FileManager.default.createDirectory(
      atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    let text = "\(entry.seconds)\n\(ResultTable.line(entry.record))\n"
    try writeAtomically(text, to: path, durably: false)
  }

  private func path(of address: String) -> String {
    "\(folder)/\(address.prefix(2))/\(address.dropFirst(2))"
  }
}
