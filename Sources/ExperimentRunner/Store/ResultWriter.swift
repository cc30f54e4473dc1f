internal import Foundation
internal import ResultRecords

/// Stores the results of one run as soon as they are finished.
struct ResultWriter: Sendable {
  private let segment: SegmentWriter

  /// - Parameters:
  ///   - outputDirectory: The folder of results.
  ///   - owner: Who computes.
  init(outputDirectory: String, owner: SegmentOwner) {
    segment = SegmentWriter(folder: SegmentFolder(outputDirectory: outputDirectory), owner: owner)
  }

  /// Stores a cell.
  ///
  /// Runs try a failed one again, and only assembling reads it.
  ///
  /// - Throws: If the segment cannot be written, as do the others.
  func keep(_ entry: StoredResults.Entry, of cell: ExperimentCell) throws {
    var kind = SegmentLine.Kind.cell
    if case .failed = entry.record.status { kind = .failed }
    try segment.append(SegmentLine(kind, CellLine(entry, of: cell).text))
  }

  /// Stores a profile.
  func keep(_ profile: KeptProfile, at address: String) throws {
    try segment.append(SegmentLine(.profile, "\(address)\t\(profile.line)"))
  }

  /// Stores a row of networks.
  func keep(_ row: NetworkRecord, at address: String) throws {
    try segment.append(SegmentLine(.network, "\(address)\t\(try row.storedText)"))
  }

  /// Writes everything to the disk.
  func close() throws { try segment.close() }
}

extension NetworkRecord {
  /// The row as JSON on one line.
  var storedText: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      encoder.nonConformingFloatEncodingStrategy = .convertToString(
        positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
  }

  /// Parses ``storedText``; nil if the text is no row.
  init?(storedText: String) {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    guard let row = try? decoder.decode(Self.self, from: Data(storedText.utf8)) else { return nil }
    self = row
  }
}
