internal import Foundation
internal import ResultRecords
internal import TensorIO

/// Finished cells on disk, each in a file named by the hash of everything that determines it.
///
/// A cell appears whole or not at all, so a killed run loses only what it was working on, and a
/// repeated run finds everything. A file that is not as it was kept (``KeptText``), or that holds
/// another cell, costs that cell only.
struct CellStore: Sendable {
  /// A finished cell and how long it took.
  struct Entry: Sendable {
    let record: ResultRecord
    let seconds: Double
  }

  /// What is there of some cells, by address.
  struct Findings: Sendable {
    var entries: [String: Entry] = [:]
    /// The addresses where something is that cannot be used.
    var damaged: Set<String> = []
  }

  private let folder: String

  /// The store of an output directory.
  init(outputDirectory: String) { folder = outputDirectory + "/.cells" }

  /// Finds the cells that are there, all at once: one table is parsed instead of thousands.
  func findings(for cells: [ExperimentCell]) -> Findings {
    var findings = Findings()
    var kept: [Line] = []
    for cell in cells {
      switch file(of: cell.address).read() {
      case .nothing: continue
      case .damaged: findings.damaged.insert(cell.address)
      case .text(let text):
        if let line = Line(text, of: cell) {
          kept.append(line)
        } else {
          findings.damaged.insert(cell.address)
        }
      }
    }
    // Where one line is not a record the table is none: then each line is a table of its own.
    let records =
      Self.records(kept.map(\.record)) ?? kept.map { Self.records([$0.record])?[0] }
    for (line, record) in zip(kept, records) {
      if let record, Self.isOne(record.key, line.cell.key) {
        findings.entries[line.cell.address] = Entry(record: record, seconds: line.seconds)
      } else {
        findings.damaged.insert(line.cell.address)
      }
    }
    return findings
  }

  /// Keeps a finished cell.
  ///
  /// - Throws: Where it cannot be written.
  func keep(_ entry: Entry, at address: String) throws {
    try file(of: address).keep("\(entry.seconds)\n\(ResultTable.line(entry.record))\n")
  }

  /// What is kept of a cell: its seconds, and its record as a line of a table.
  private struct Line {
    let cell: ExperimentCell
    let seconds: Double
    let record: String

    init?(_ text: String, of cell: ExperimentCell) {
      let parts = text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, let seconds = Double(parts[0]) else { return nil }
      (self.cell, self.seconds, record) = (cell, seconds, String(parts[1]))
    }
  }

  private static func records(_ lines: [String]) -> [ResultRecord?]? {
    let records = try? ResultTable.records(in: ResultTable.header + "\n" + lines.joined())
    return records?.count == lines.count ? records : nil
  }

  /// Whether two keys are one, byte for byte.
  private static func isOne(_ left: ResultRecord.Key, _ right: ResultRecord.Key) -> Bool {
    left == right && left.tensor.isExactly(right.tensor)
  }

  private func file(of address: String) -> KeptText {
    KeptText(root: folder, name: "\(address.prefix(2))/\(address.dropFirst(2))", address: address)
  }
}
