internal import QuantizationCore
internal import TensorIO

/// What was wrong with a table of results.
package struct ResultTableError: Error, Equatable, Sendable, CustomStringConvertible {
  /// One line that names the place and what was wrong.
  package let description: String

  package init(_ description: String) { self.description = description }
}

/// Records as CSV (RFC 4180): the format of `results.csv`, written and read here only.
///
/// Numbers are written so that they read back to the same value; the scale, a Float32, as the
/// decimal of its exact Double. What a cell does not have is empty, an infinite ratio is `inf`.
package enum ResultTable {
  /// The column names, in order; ``ResultColumn`` says what each may hold.
  ///
  /// Columns that come later go at the end. `calibration` and `held_out` are the batches that ranges
  /// were chosen on and that errors were measured on, such as `0..3` and `4..15`; both are empty
  /// where all values were both. `elements`, the errors, `optimal_mse` and `regret` are those of the
  /// measured batches.
  package static let columns = ResultColumn.all.map(\.name)

  /// The columns that together tell one cell from another.
  package static let keyColumns = [
    "tensor", "estimator", "bits", "scheme", "grid", "granularity", "calibration", "held_out",
  ]

  /// The cells of ``keyColumns``.
  package static func keyCells(_ key: ResultRecord.Key) -> [String] {
    [
      key.subject.description, key.estimator, key.grid.bits.description,
      key.grid.family.scheme.rawValue,
      key.grid.family.gridName, key.granularity.description,
    ] + splitCells(key)
  }

  private static func splitCells(_ key: ResultRecord.Key) -> [String] {
    [key.split?.calibration.description ?? "", key.split?.heldOut.description ?? ""]
  }

  /// The header line, without its newline.
  package static var header: String { columns.joined(separator: ",") }

  /// The whole table: header and one line for each record, sorted by key.
  package static func text(_ records: [ResultRecord]) -> String {
    var text = ""
    write(records) { text += $0 }
    return text
  }

  /// Hands on what ``text(_:)`` has, a line at a time with its newline, so that no table is in memory as a
  /// whole.
  package static func write<Failure: Error>(
    _ records: [ResultRecord], to body: (String) throws(Failure) -> Void
  ) throws(Failure) {
    try body(header + "\n")
    for record in records.sorted(by: { $0.key < $1.key }) { try body(line(record) + "\n") }
  }

  /// One record as a line, without its newline.
  package static func line(_ record: ResultRecord) -> String {
    let (key, parameters) = (record.key, record.parameters)
    let cells: [String] =
      [
        key.subject.description, String(record.elements), key.estimator, key.grid.bits.description,
        key.grid.family.scheme.rawValue, key.grid.family.gridName, key.granularity.description,
        String(record.lanes),
        number(parameters.map { Double($0.scale) }), parameters.map { String($0.zeroPoint) } ?? "",
        number(parameters?.lower), number(parameters?.upper),
      ] + Metric.errors.map { number(record[$0]) }
      + [record.status.description, record.notes]
      + Metric.ofOptimum.map { number(record[$0]) } + splitCells(key)
      + [number(record.bitsPerValue)]
    return line(cells: cells)
  }

  /// Cells as a line, quoted where they must be, without its newline.
  package static func line(cells: [String]) -> String { CSVText.line(cells) }

  /// Reads a table; the header must be ``header``.
  ///
  /// - Throws: ``ResultTableError`` naming the row and the column that cannot be read.
  package static func records(in text: String) throws(ResultTableError) -> [ResultRecord] {
    let rows = try rows(of: text)
    guard let header = rows.first, header == columns else {
      throw ResultTableError("row 1: the header is not \(Self.header)")
    }
    return try records(rows)
  }

  /// Reads what ``line(_:)`` writes.
  ///
  /// - Throws: ``ResultTableError`` naming the column that cannot be read.
  package static func record(inLine line: String) throws(ResultTableError) -> ResultRecord {
    let rows = try rows(of: line)
    guard rows.count == 1, rows[0].count == columns.count else {
      throw ResultTableError("not one row of \(columns.count) cells")
    }
    return try record(ResultRow(rows[0], places: places))
  }

  /// Where each column stands.
  private static let places = Dictionary(
    uniqueKeysWithValues: columns.enumerated().map { ($1, $0) })

  /// The cells of a table, row after row, the header first.
  ///
  /// - Throws: ``ResultTableError`` for what is no table.
  package static func rows(of text: String) throws(ResultTableError) -> [[String]] {
    do {
      return try CSVText.rows(text)
    } catch {
      throw ResultTableError("not a CSV table: \(error)")
    }
  }

  /// Reads rows whose header may lack columns, have others, or have them in another order.
  ///
  /// - Throws: ``ResultTableError`` naming the row and the column that cannot be read.
  package static func records(_ rows: [[String]]) throws(ResultTableError) -> [ResultRecord] {
    guard let header = rows.first else { return [] }
    var places: [String: Int] = [:]
    for (index, name) in header.enumerated() {
      guard places.updateValue(index, forKey: name) == nil || !columns.contains(name) else {
        throw ResultTableError("row 1: the column '\(name)' is there twice")
      }
    }
    var records: [ResultRecord] = []
    for (index, cells) in rows.enumerated().dropFirst() {
      do throws(ResultTableError) {
        guard cells.count == header.count else {
          throw ResultTableError(
            "has \(counted(cells.count, "cell")); expected \(header.count), as the header has")
        }
        records.append(try record(ResultRow(cells, places: places)))
      } catch {
        throw ResultTableError("row \(index + 1): \(error.description)")
      }
    }
    return records
  }

  private static func record(_ row: ResultRow) throws(ResultTableError) -> ResultRecord {
    let scheme = try row.value("scheme") { QuantizationScheme(rawValue: $0) }
    let family = try row.value("grid") { GridFamily(scheme: scheme, gridName: $0) }
    let bits = try row.value("bits") { Int($0).flatMap(BitWidth.init) }
    let grid = CodeGrid(family, bits: bits)
    let status = try row.value("status") { ResultRecord.Status($0) }
    let subject = try row.value("tensor") { Subject($0) }
    try row.check(status, subject, grid)
    let key = ResultRecord.Key(
      subject: subject, estimator: row["estimator"], grid: grid,
      granularity: try row.value("granularity") { Granularity($0) },
      split: try split(row))
    return ResultRecord(
      key: key, elements: try row.whole("elements"), lanes: try row.whole("lanes"),
      parameters: try parameters(row, grid), values: try values(row), status: status,
      notes: row["notes"], optimum: try optimum(row))
  }

  private static func split(_ row: ResultRow) throws(ResultTableError) -> CalibrationSplit? {
    guard !row["calibration"].isEmpty || !row["held_out"].isEmpty else { return nil }
    return CalibrationSplit(
      calibration: try row.value("calibration") { BatchSet($0) },
      heldOut: try row.value("held_out") { BatchSet($0) })
  }

  private static func optimum(_ row: ResultRow) throws(ResultTableError) -> ResultRecord.Optimum? {
    guard !row["optimal_mse"].isEmpty else { return nil }
    return ResultRecord.Optimum(
      mse: try row.number("optimal_mse"), gap: try row.number("certificate"))
  }

  private static func parameters(
    _ row: ResultRow, _ grid: CodeGrid
  ) throws(ResultTableError) -> QuantizationParameters? {
    guard !row["scale"].isEmpty else { return nil }
    let scale = try row.number("scale")
    // Rows do not say what scale of the tensor a scale of E4M3 is below. Any will do of which it is a
    // multiple in E4M3: itself.
    let read = grid.scaleFormat == .e4m3 ? grid.below(Float(scale)) : grid
    return QuantizationParameters(
      scale: scale, zeroPoint: try row.whole("zero_point"), grid: read)
  }

  private static func values(_ row: ResultRow) throws(ResultTableError) -> MetricValues {
    var values = MetricValues()
    for (metric, column) in errorColumns where !row[column].isEmpty {
      values[metric] = try row.number(column)
    }
    return values
  }

  /// The column of each error.
  private static let errorColumns = Metric.errors.map { (metric: $0, name: $0.name) }

  private static func number(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }
}
