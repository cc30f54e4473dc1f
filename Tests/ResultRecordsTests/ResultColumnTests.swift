import QuantizationCore
import ResultRecords
import Testing

/// Every column holds values of its domain only, and columns of a row agree.
@Suite struct ResultColumnTests {
  /// A row of a cell with one lane, held-out batches and an optimum.
  private static let measured = [
    "tensor": "w", "elements": "10", "estimator": "minmax", "bits": "8", "scheme": "affine",
    "grid": "unsigned", "granularity": "tensor", "lanes": "1", "scale": "0.5", "zero_point": "127",
    "lower": "-63.5", "upper": "64.0", "mse": "0.25", "clipping_mse": "0", "rounding_mse": "0.25",
    "clipped_fraction": "0", "sqnr_db": "inf", "max_abs_error": "0.5", "cosine": "1",
    "status": "ok", "notes": "", "optimal_mse": "0.2", "regret": "0.25", "certificate": "1e-9",
    "calibration": "0..3", "held_out": "4..7", "bits_per_value": "12.0",
  ]

  /// A row of a cell that failed: none of its numbers.
  private static let failed: [String: String] = {
    let numbers =
      ResultTable.columns[8...18] + ["optimal_mse", "regret", "certificate", "bits_per_value"]
    return measured.merging(numbers.map { ($0, "") }) { $1 }
      .merging(["elements": "0", "status": "failed: why"]) { $1 }
  }()

  private func records(
    _ row: [String: String], _ changes: [String: String]
  ) throws -> [ResultRecord] {
    let cells = ResultTable.columns.map { changes[$0] ?? row[$0] ?? "" }
    return try ResultTable.records(
      in: ResultTable.header + "\n" + ResultTable.line(cells: cells) + "\n")
  }

  @Test("the rows that the tests spoil are good")
  func good() throws {
    #expect(try records(Self.measured, [:]).first?.regret == 0.25)
    #expect(try records(Self.failed, [:]).first?.isMeasured == false)
    #expect(
      try records(Self.measured, ["scale": "", "zero_point": "", "lower": "", "upper": ""])
        .first?.parameters == nil)
    #expect(
      try records(Self.measured, ["sqnr_db": "-3", "regret": "inf", "cosine": "-1"]).count == 1)
    // Rounding may take a cosine past 1 by a unit in the last place.
    #expect(try records(Self.measured, ["cosine": "1.0000000000000002"]).count == 1)
    #expect(try records(Self.measured, ["mse": "2.5e-1", "clipping_mse": "0E0"]).count == 1)
  }

  @Test("every column is described, and what is not in its domain is refused, with the expectation")
  func domains() throws {
    let numbers = ResultColumn.all.filter {
      if case .number = $0.domain { true } else { false }
    }
    #expect(numbers.count == 14 && numbers.allSatisfy { !$0.unit.isEmpty || $0.name == "cosine" })
    let never = [
      "nan", "-nan", "NaN", "-inf", "infinity", "0x1p3", "1e400", "-1e400", " 1", "1 ",
      "1,5", "", "1e", "one", "1_000", "٣",
    ]
    for column in numbers {
      for value in never + (["sqnr_db", "regret"].contains(column.name) ? [] : ["inf"]) {
        expectFault(Self.measured, column.name, value)
      }
    }
    for column in ["elements", "bits", "lanes", "zero_point"] {
      for value in ["", "1.5", "nan", "0x8", " 8", "99999999999999999999"] {
        expectFault(Self.measured, column, value)
      }
    }
  }

  @Test(
    "numbers beyond what they can be are refused",
    arguments: [
      ("clipped_fraction", "1.5", "a number from 0 to 1"),
      ("clipped_fraction", "-0.1", "a number from 0 to 1"),
      ("optimal_mse", "-1", "a finite number from 0"), ("mse", "-0.25", "a finite number from 0"),
      ("clipping_mse", "-1e-9", "a finite number from 0"),
      ("max_abs_error", "-1", "a finite number from 0"),
      ("certificate", "inf", "a number from 0 to 1"),
      ("certificate", "1.01", "a number from 0 to 1"),
      ("certificate", "-1", "a number from 0 to 1"), ("cosine", "1.1", "a number from -1 to 1"),
      ("cosine", "-2", "a number from -1 to 1"),
      ("regret", "-0.1", "a finite number from 0, or inf"),
      ("sqnr_db", "nan", "a finite number, or inf"), ("elements", "-1", "a whole number from 0"),
      ("lanes", "-1", "a whole number from 0"), ("bits", "17", "a whole number from 2 to 16"),
      ("scale", "0", "a number from"), ("scale", "-0.5", "a number from"),
      ("scale", "1e-39", "a number from"), ("scale", "1e39", "a number from"),
      ("zero_point", "256", "a code from 0 to 255"), ("zero_point", "-1", "a code from 0 to 255"),
      ("tensor", "", "a name"), ("estimator", "", "a name"),
      ("lower", "65", "no more than 'upper', 64.0"),
      ("calibration", "3..1", "batches such as 0..3"),
      ("held_out", "", "batches such as 4..15"), ("status", "fine", "ok, degenerate"),
      ("lanes", "0", "1 or more"), ("bits_per_value", "0.5", "a finite number from 1"),
    ])
  func beyond(column: String, value: String, expected: String) {
    let fault = expectFault(Self.measured, column, value)
    #expect(fault?.contains("; expected \(expected)") == true, "\(fault ?? "")")
  }

  @Test("a row that was not measured has no numbers, whatever kept it from being measured")
  func unmeasured() {
    let columns =
      ResultTable.columns[8...18] + ["optimal_mse", "regret", "certificate", "bits_per_value"]
    for status in ["failed: why", "skipped: why"] {
      let row = Self.failed.merging(["status": status]) { $1 }
      for column in columns {
        let fault = expectFault(row, column, Self.measured[column] ?? "")
        #expect(fault?.contains("expected nothing in a row that is '\(status)'") == true)
      }
    }
  }

  @Test("what belongs together is there together")
  func groups() {
    for column in [
      "mse", "cosine", "scale", "zero_point", "lower", "optimal_mse", "certificate",
      "regret", "calibration",
    ] { expectFault(Self.measured, column, "") }
  }

  @Test("a row has as many cells as the header, and the header no column twice")
  func shape() {
    let good = ResultTable.columns.map { Self.measured[$0] ?? "" }
    let cases: [(String, String)] = [
      (ResultTable.line(cells: Array(good.dropLast())), "row 2: has 26 cells; expected 27"),
      (ResultTable.line(cells: good + [""]), "row 2: has 28 cells; expected 27"),
      ("w", "row 2: has 1 cell; expected 27"),
    ]
    for (line, message) in cases {
      let error = #expect(throws: ResultTableError.self) {
        try ResultTable.records(in: ResultTable.header + "\n" + line + "\n")
      }
      #expect(error?.description.hasPrefix(message) == true)
    }
    let header = (ResultTable.columns + ["mse"]).joined(separator: ",")
    let error = #expect(throws: ResultTableError.self) {
      try ResultTable.records([header.split(separator: ",").map(String.init), good + ["1"]])
    }
    #expect(error?.description == "row 1: the column 'mse' is there twice")
  }

  @Test("a value of somebody else's choice cannot break the message")
  func escapes() {
    let fault = expectFault(Self.measured, "mse", "1\u{1B}[31m\n::error::x")
    #expect(fault?.contains(#"'1\u{1B}[31m\n::error::x'"#) == true, "\(fault ?? "")")
  }

  @discardableResult
  private func expectFault(
    _ row: [String: String], _ column: String, _ value: String,
    location: SourceLocation = #_sourceLocation
  ) -> String? {
    do {
      _ = try records(row, [column: value])
      Issue.record("\(column) '\(value)' was read", sourceLocation: location)
      return nil
    } catch {
      #expect(
        "\(error)".hasPrefix("row 2: column '\(column)' cannot be '"), "\(error)",
        sourceLocation: location)
      return "\(error)"
    }
  }
}
