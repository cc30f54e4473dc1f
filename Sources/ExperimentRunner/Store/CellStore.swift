internal import Foundation
internal import ResultRecords
internal import TensorIO

/// Finished cells on disk: a file for each tensor, by its name, and a line in it for each cell.
///
/// A cell is stored whole or not at all, so a killed run loses only the cells it was computing, and a
/// repeated run finds all others. A damaged line (see ``KeptLines``), or one that holds another cell,
/// costs that cell only. The store keeps the last ``linesKept`` lines of each cell, also those of other
/// origins: a run may need them again, and they tell which input of a cell has changed.
struct CellStore: Sendable {
  /// A finished cell and how long it took.
  struct Entry: Sendable {
    let record: ResultRecord
    let seconds: Double
  }

  /// The stored results of some cells, by address.
  struct Contents: Sendable {
    var entries: [String: Entry] = [:]
    /// The addresses of stored lines that cannot be used.
    var damaged: Set<String> = []
    /// The last origin of each cell that is stored with other origins only.
    var earlier: [String: CellOrigin] = [:]
    /// The names of tensors whose file has lines that cannot be used, or too many.
    var untidy: Set<ExactName> = []
  }

  /// The number of lines that are kept for each cell.
  static let linesKept = 4

  private let folder: String

  /// The store of an output directory.
  init(outputDirectory: String) { folder = outputDirectory + "/.cells" }

  /// Reads the stored results of cells; each file is read once.
  ///
  /// - Complexity: Linear in cells and lines.
  func contents(for cells: [ExperimentCell]) -> Contents {
    var contents = Contents()
    // Cells of a tensor are consecutive, and every tensor has a unique name.
    var start = 0
    while start < cells.count {
      let tensor = cells[start].key.subjectName
      let end = cells[start...].firstIndex { $0.key.subjectName != tensor } ?? cells.count
      find(cells[start..<end], in: file(of: tensor).read(), &contents)
      start = end
    }
    return contents
  }

  private func find(
    _ cells: ArraySlice<ExperimentCell>, in found: KeptLines.Found, _ contents: inout Contents
  ) {
    let lines = found.lines.map(CellLine.init)
    // If several lines have one address, the last one counts.
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
        contents.entries[cell.address] = Entry(record: record, seconds: line.seconds)
      } else {
        contents.damaged.insert(cell.address)
        contents.untidy.insert(cell.key.subjectName)
      }
    }
    let mayBeCrowded = lines.count > Self.linesKept * cells.count
    if let first = cells.first, bad > 0 || mayBeCrowded && Self.isCrowded(lines) {
      contents.untidy.insert(first.key.subjectName)
    }
    guard !missing.isEmpty else { return }
    var origins: [ResultRecord.Key: CellOrigin] = [:]
    for line in lines.compactMap(\.self) where contents.entries[line.address] == nil {
      if let key = line.record?.key {
        if let origin = line.origin { origins[key] = origin }
      } else if !contents.damaged.contains(line.address) {
        bad += 1
        contents.untidy.insert(missing[0].key.subjectName)
      }
    }
    for cell in missing {
      if let origin = origins[cell.key], origin != cell.origin {
        contents.earlier[cell.address] = origin
      } else if bad > 0 {
        // A line that cannot be read does not name its cell.
        contents.damaged.insert(cell.address)
        bad -= 1
      }
    }
  }

  /// Whether a cell has more than ``linesKept`` lines.
  private static func isCrowded(_ lines: [CellLine?]) -> Bool {
    var counts: [ResultRecord.Key: Int] = [:]
    for line in lines {
      if let key = line?.record?.key { counts[key, default: 0] += 1 }
    }
    return counts.values.contains { $0 > linesKept }
  }

  /// Appends a finished cell.
  ///
  /// - Throws: If the file cannot be written.
  func keep(_ entry: Entry, of cell: ExperimentCell) throws {
    try file(of: cell.key.subjectName).append(CellLine(entry, of: cell).text)
  }

  /// Rewrites the file of a tensor: drops lines that cannot be used, and keeps the last ``linesKept``
  /// of each cell.
  ///
  /// - Throws: If the file cannot be written.
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
