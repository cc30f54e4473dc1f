internal import Foundation
internal import ResultRecords
internal import TensorIO

/// Finished cells on disk: a file for each tensor, by its name, and a line in it for each cell.
///
/// A cell appears whole or not at all, so a killed run loses only what it was working on, and a
/// repeated run finds everything. A line that is not as it was kept (``KeptLines``), or that holds
/// another cell, costs that cell only. Lines of other origins stay for runs that need them again, the
/// last ``linesKept`` of each cell, and say of a cell that is not found what has changed.
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
    /// The last origin of cells that are there with another origin only.
    var earlier: [String: CellOrigin] = [:]
    /// The names of tensors whose file has lines that nobody can use.
    var untidy: Set<ExactName> = []
  }

  /// How many lines of a cell stay.
  static let linesKept = 4

  private let folder: String

  /// The store of an output directory.
  init(outputDirectory: String) { folder = outputDirectory + "/.cells" }

  /// Finds the cells that are there; each file is read once.
  ///
  /// - Complexity: Linear in cells and lines.
  func findings(for cells: [ExperimentCell]) -> Findings {
    var findings = Findings()
    // Cells of a tensor follow each other, and no two tensors have one name.
    var start = 0
    while start < cells.count {
      let tensor = cells[start].key.subjectName
      let end = cells[start...].firstIndex { $0.key.subjectName != tensor } ?? cells.count
      find(cells[start..<end], in: file(of: tensor).read(), &findings)
      start = end
    }
    return findings
  }

  private func find(
    _ cells: ArraySlice<ExperimentCell>, in found: KeptLines.Found, _ findings: inout Findings
  ) {
    let lines = found.lines.map(CellLine.init)
    // Of lines at one address the last one counts.
    let byAddress = Dictionary(
      lines.compactMap { line in line.map { ($0.address, $0) } }, uniquingKeysWith: { $1 })
    var missing: [ExperimentCell] = []
    var bad = (found.damaged ?? cells.count) + lines.count { $0 == nil }
    for cell in cells {
      guard let line = byAddress[cell.address] else {
        missing.append(cell)
        continue
      }
      if let record = line.record, record.key == cell.key {
        findings.entries[cell.address] = Entry(record: record, seconds: line.seconds)
      } else {
        findings.damaged.insert(cell.address)
        findings.untidy.insert(cell.key.subjectName)
      }
    }
    let mayBeCrowded = lines.count > Self.linesKept * cells.count
    if let first = cells.first, bad > 0 || mayBeCrowded && Self.isCrowded(lines) {
      findings.untidy.insert(first.key.subjectName)
    }
    guard !missing.isEmpty else { return }
    var origins: [ResultRecord.Key: CellOrigin] = [:]
    for line in lines.compactMap(\.self) where findings.entries[line.address] == nil {
      if let key = line.record?.key {
        if let origin = line.origin { origins[key] = origin }
      } else if !findings.damaged.contains(line.address) {
        bad += 1
        findings.untidy.insert(missing[0].key.subjectName)
      }
    }
    for cell in missing {
      if let origin = origins[cell.key], origin != cell.origin {
        findings.earlier[cell.address] = origin
      } else if bad > 0 {
        // A line that cannot be read does not say whose it was.
        findings.damaged.insert(cell.address)
        bad -= 1
      }
    }
  }

  /// Whether a cell has more lines than stay.
  private static func isCrowded(_ lines: [CellLine?]) -> Bool {
    var counts: [ResultRecord.Key: Int] = [:]
    for line in lines {
      if let key = line?.record?.key { counts[key, default: 0] += 1 }
    }
    return counts.values.contains { $0 > linesKept }
  }

  /// Keeps a finished cell.
  ///
  /// - Throws: Where it cannot be written.
  func keep(_ entry: Entry, of cell: ExperimentCell) throws {
    try file(of: cell.key.subjectName).append(CellLine(entry, of: cell).text)
  }

  /// Writes the file of a tensor anew without the lines that nobody can use, and with the last
  /// ``linesKept`` of each cell.
  ///
  /// - Throws: Where it cannot be written.
  func tidy(_ tensor: ExactName) throws {
    let file = file(of: tensor)
    var counts: [ResultRecord.Key: Int] = [:]
    let kept = file.read().lines.reversed().filter { line in
      guard let line = CellLine(line), let key = line.record?.key,
        line.origin?.address(of: key) == line.address
      else { return false }
      counts[key, default: 0] += 1
      return counts[key, default: 0] <= Self.linesKept
    }
    try file.replace(kept.reversed())
  }

  private func file(of tensor: ExactName) -> KeptLines {
    let name = ContentHash.of(tensor.text)
    return KeptLines(root: folder, name: "\(name.prefix(2))/\(name.dropFirst(2))")
  }
}
