package import ResultRecords
internal import TensorIO

/// What is wrong with a file of results.
package struct ResultFileError: Error, Equatable, Sendable, CustomStringConvertible {
  /// One line that names the place and what is wrong.
  package let description: String
}

/// A `results.csv` of this release or of another.
///
/// Columns are found by name: the columns of a later release are left aside, and those a file of an
/// earlier one does not have are empty. So a baseline outlives new columns.
package struct ResultFile: Sendable {
  /// The rows in the order of the file.
  package let records: [ResultRecord]
  /// The columns of ``ResultTable/columns`` the file does not have.
  package let missingColumns: [String]

  /// The columns nothing can be compared without; tables from before calibration over batches have no
  /// columns for it.
  package static let requiredColumns =
    ResultTable.keyColumns.filter { !["calibration", "held_out"].contains($0) }
    + ["elements", "lanes", "mse", "status"]

  /// Reads the text of a file; without any row the file is empty, which is no error here.
  ///
  /// - Throws: ``ResultFileError`` naming a column that is missing, the row that cannot be read or
  ///   a cell that is there twice.
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
