package import ResultRecords
internal import TensorIO

/// The fault of a file of results.
package struct ResultFileError: Error, Equatable, Sendable, CustomStringConvertible {
  /// One line with the place and the fault.
  package let description: String
}

/// A `results.csv` of this release or another.
///
/// Columns are found by name: unknown columns of a later release are ignored, and missing columns
/// of an earlier one are empty. So a baseline stays valid when columns are added.
package struct ResultFile: Sendable {
  /// The rows in the order of the file.
  package let records: [ResultRecord]
  /// The columns of ``ResultTable/columns`` that the file does not have.
  package let missingColumns: [String]

  /// The columns without which results cannot be compared; tables of early releases have no columns
  /// for calibration batches.
  package static let requiredColumns =
    ResultTable.keyColumns.filter { !["calibration", "held_out"].contains($0) }
    + ["elements", "lanes", "mse", "status"]

  /// Parses the text of a file; a file without rows is empty, which is no error here.
  ///
  /// - Throws: ``ResultFileError`` that names a missing column, a row that cannot be parsed or a
  ///   repeated cell.
  package init(_ text: String) throws(ResultFileError) {
    guard text.contains(where: { !$0.isWhitespace }) else {
      (records, missingColumns) = ([], [])
      return
    }
    do throws(ResultTableError) {
      let rows = try ResultTable.rows(of: text)
      let header = rows.first ?? []
      for column in Self.requiredColumns where !header.contains(column) {
        throw ResultTableError("row 1: no column '\(column)'; expected a results.csv")
      }
      records = try ResultTable.records(rows)
      missingColumns = ResultTable.columns.filter { !header.contains($0) }
    } catch {
      throw ResultFileError(description: error.description)
    }
    var seen: Set<ResultRecord.Key> = []
    for (index, record) in records.enumerated() where !seen.insert(record.key).inserted {
      throw ResultFileError(
        description: "row \(index + 2): '\(printable("\(record.key)"))' is there twice")
    }
  }
}
