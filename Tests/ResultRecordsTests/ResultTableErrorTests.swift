import QuantizationCore
import ResultRecords
import Testing

@Suite struct ResultTableErrorTests {
  /// A good row; each test spoils one of its columns.
  private static let good = [
    "tensor": "w", "elements": "10", "estimator": "minmax", "bits": "8", "scheme": "symmetric",
    "grid": "narrow", "granularity": "tensor", "lanes": "1", "scale": "0.5", "zero_point": "0",
    "lower": "-63.5", "upper": "63.5", "mse": "0.25", "clipping_mse": "0", "rounding_mse": "0.25",
    "clipped_fraction": "0", "sqnr_db": "inf", "max_abs_error": "0.5", "cosine": "1",
    "status": "ok", "notes": "", "bits_per_value": "11.2",
  ]

  private func table(_ changes: [String: String]) -> String {
    let row = Self.good.merging(changes) { $1 }
    let cells = ResultTable.columns.map { row[$0] ?? "" }
    return ResultTable.header + "\n" + ResultTable.line(cells: cells) + "\n"
  }

  @Test("the good row can be read")
  func good() throws {
    let records = try ResultTable.records(in: table([:]))
    #expect(records.map { $0[.sqnr] } == [.infinity])
    #expect(records.first?.parameters?.scale == 0.5)
  }

  @Test(
    "a cell that cannot be read is named with its row and column",
    arguments: [
      ("bits", "17"), ("bits", "x"), ("scheme", "Affine"), ("grid", "signed"),
      ("granularity", "channel"), ("elements", "1.5"), ("lanes", ""), ("zero_point", ""),
      ("scale", "wide"), ("mse", "0,25"), ("rounding_mse", ""), ("sqnr_db", "lots"),
      ("cosine", "?"), ("status", "fine"), ("status", "skipped"),
    ])
  func badCells(column: String, value: String) {
    let text = table([column: value])
    let error = #expect(throws: ResultTableError.self) { try ResultTable.records(in: text) }
    #expect(
      error?.description.hasPrefix("row 2: column '\(column)' cannot be '\(value)'; expected ")
        == true)
  }

  @Test("the row is counted from the header")
  func row() {
    let rows = table([:]) + table(["bits": "1"]).split(separator: "\n")[1] + "\n"
    let error = #expect(throws: ResultTableError.self) { try ResultTable.records(in: rows) }
    #expect(
      error?.description
        == "row 3: column 'bits' cannot be '1'; expected a whole number from 2 to 16")
  }

  @Test("another header is refused", arguments: ["tensor,bits\nw,8\n", "", "\n"])
  func header(text: String) {
    let error = #expect(throws: ResultTableError.self) { try ResultTable.records(in: text) }
    #expect(error?.description == "row 1: the header is not \(ResultTable.header)")
  }

  @Test("a status reads back and anything else is none")
  func status() {
    let all: [ResultRecord.Status] = [.ok, .degenerate, .skipped("a: b"), .failed("")]
    #expect(all.map { ResultRecord.Status($0.description) } == all)
    #expect(ResultRecord.Status("Ok") == nil && ResultRecord.Status("failed") == nil)
  }

  @Test("SHA-256 is that of the standard's examples")
  func hash() {
    #expect(
      ContentHash.of("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      ContentHash.of("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
  }
}
