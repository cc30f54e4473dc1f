internal import QuantizationCore
internal import TensorIO

/// One row of a table of results: its cells by column, held to the domains of ``ResultColumn``.
///
/// A column that the table does not have, as tables of earlier releases may not, is empty in every
/// row, and nothing is expected of it.
struct ResultRow {
  private let cells: [String]
  private let places: [String: Int]

  /// - Parameters:
  ///   - cells: As many as the header has.
  ///   - places: Where each column stands in the header.
  init(_ cells: [String], places: [String: Int]) {
    (self.cells, self.places) = (cells, places)
  }

  subscript(column: String) -> String { places[column].map { cells[$0] } ?? "" }

  /// What a reader makes of a cell.
  ///
  /// - Throws: That the column cannot have the value, where the reader makes nothing of it.
  func value<Value>(
    _ column: String, _ read: (String) -> Value?
  ) throws(ResultTableError) -> Value {
    guard let value = read(self[column]) else {
      let domain = ResultColumn.all.first { $0.name == column }?.domain
      throw fault(column, domain?.expected ?? "another value")
    }
    return value
  }

  /// A number of a column whose domain has been checked.
  func number(_ column: String) throws(ResultTableError) -> Double {
    try value(column) { $0 == "inf" ? .infinity : decimalNumber($0) }
  }

  /// A whole number of a column whose domain has been checked.
  func whole(_ column: String) throws(ResultTableError) -> Int { try value(column) { Int($0) } }

  /// That a cell is not what it should be.
  func fault(_ column: String, _ expected: String) -> ResultTableError {
    ResultTableError(
      "column '\(column)' cannot be '\(printable(self[column], limit: 60))'; expected \(expected)")
  }

  /// Whether the row has errors: those that failed or were skipped have none, of no values there is no
  /// error either, and a model has other numbers.
  private func isMeasured(
    _ status: ResultRecord.Status, _ subject: Subject
  ) throws(ResultTableError) -> Bool {
    guard case .tensor = subject else { return false }
    return switch status {
    case .ok, .degenerate: try value("elements") { Int($0) } != 0
    case .skipped, .failed: false
    }
  }

  /// Checks every cell against its column, and what columns of one row say of each other.
  ///
  /// - Throws: The first fault, with its column.
  func check(
    _ status: ResultRecord.Status, _ subject: Subject, _ grid: CodeGrid
  ) throws(ResultTableError) {
    let isMeasured = try isMeasured(status, subject)
    for column in ResultColumn.all where places[column.name] != nil {
      guard isExpected(column, isMeasured) else {
        guard self[column.name].isEmpty else {
          throw fault(
            column.name, "nothing in a row that is '\(printable("\(status)", limit: 40))'")
        }
        continue
      }
      try checkDomain(column)
    }
    guard isMeasured else { return }
    guard try whole("lanes") > 0 else {
      throw fault("lanes", "1 or more, as something was measured")
    }
    guard !self["scale"].isEmpty else { return }
    guard grid.codes.contains(try whole("zero_point")) else {
      throw fault(
        "zero_point", "a code from \(grid.codes.lowerBound) to \(grid.codes.upperBound)")
    }
    guard places["lower"] != nil, places["upper"] != nil else { return }
    guard try number("lower") <= number("upper") else {
      throw fault("lower", "no more than 'upper', \(self["upper"])")
    }
  }

  private func isExpected(_ column: ResultColumn, _ isMeasured: Bool) -> Bool {
    switch column.presence {
    case .always: true
    case .measured: isMeasured
    case .sometimes(.quantizer): isMeasured && hasValue(of: ["scale", "zero_point"])
    case .sometimes(.optimum): isMeasured && hasValue(of: ["optimal_mse", "certificate"])
    case .sometimes(.split): hasValue(of: ["calibration", "held_out"])
    }
  }

  private func hasValue(of columns: [String]) -> Bool { columns.contains { !self[$0].isEmpty } }

  private func checkDomain(_ column: ResultColumn) throws(ResultTableError) {
    let text = self[column.name]
    let isInside =
      switch column.domain {
      case .name: !text.isEmpty
      // Words are read by the types they stand for.
      case .text, .words: true
      case .whole: column.domain.whole(text) != nil
      case .number: column.domain.number(text) != nil
      }
    guard isInside else { throw fault(column.name, column.domain.expected) }
  }
}
