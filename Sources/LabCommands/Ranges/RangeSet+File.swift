internal import Foundation
internal import RangeFiles
internal import ResultRecords

extension RangeSet {
  /// Reads a file of ranges (`RANGES.json`).
  ///
  /// - Throws: ``LabFailure`` with the place of what is wrong.
  init(path: String) throws {
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw LabFailure("error: \(path): cannot be read", .missingInput)
    }
    do throws(JSONFault) {
      try self.init(json: String(decoding: bytes, as: UTF8.self))
    } catch {
      throw LabFailure("error: \(path): \(error)", .badInput)
    }
  }
}
