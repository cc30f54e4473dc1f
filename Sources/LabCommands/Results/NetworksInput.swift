internal import Foundation
internal import ResultRecords
internal import TensorIO

/// The table of networks beside a table of results.
struct NetworksInput {
  /// The path of the table.
  let path: String
  /// The contents as text.
  let text: String
  /// The rows; empty if there is no file.
  let records: [NetworkRecord]

  /// Whether there is a file.
  var exists: Bool { !text.isEmpty }

  /// Reads the table beside a file of results.
  ///
  /// - Throws: `TensorFileError` if it is no file with text; `LabFailure` if it is no table of networks.
  init(beside results: String) throws { try self.init(path: Self.path(beside: results)) }

  /// Reads a table; without a file there are no rows.
  ///
  /// - Throws: As ``init(beside:)``.
  init(path: String) throws {
    self.path = path
    guard FileManager.default.fileExists(atPath: path) else {
      (text, records) = ("", [])
      return
    }
    text = try readRegularTextFile(path, limit: ResultsInput.maximumBytes)
    do {
      records = try NetworkTable.records(in: text)
    } catch {
      throw LabFailure("error: \(printable(path)): \(error.description)", .badInput)
    }
  }

  /// `networks.csv` beside `results.csv`, and `NAME.networks.csv` beside `NAME.csv`.
  static func path(beside results: String) -> String {
    let name = results.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
    let folder = results.dropLast(name.count)
    if name == "results.csv" { return folder + "networks.csv" }
    return folder + (name.hasSuffix(".csv") ? name.dropLast(4) : name) + ".networks.csv"
  }
}
