import QuantizationCore
import ResultRecords
import Testing

@Suite struct ResultTableTests {
  private func record(
    tensor: String = "weights", estimator: String = "minmax", family: GridFamily = .affineSigned,
    bits: Int = 8, granularity: Granularity = .tensor, scale: Double? = 0.1, sqnr: Double = 30.5,
    status: ResultRecord.Status = .ok, notes: String = "", optimum: ResultRecord.Optimum? = nil
  ) throws -> ResultRecord {
    let grid = CodeGrid(family, bits: try #require(BitWidth(bits)))
    let isMeasured = status == .ok || status == .degenerate
    return ResultRecord(
      key: ResultRecord.Key(
        tensor: tensor, estimator: estimator, grid: grid, granularity: granularity),
      elements: 1000, lanes: 3,
      parameters: scale.map { QuantizationParameters(scale: $0, zeroPoint: -7, grid: grid) },
      values: isMeasured
        ? [
          .mse: 0.1 + 0.2, .clippingMSE: 1e-300, .roundingMSE: 0.3, .clippedFraction: 1.0 / 3,
          .sqnr: sqnr, .maximumError: .leastNonzeroMagnitude, .cosine: 1,
        ] : [:],
      status: status, notes: notes, optimum: optimum)
  }

  private func expectRoundTrip(
    _ records: [ResultRecord], location: SourceLocation = #_sourceLocation
  ) throws {
    let found = try ResultTable.records(in: ResultTable.text(records))
    #expect(found == records.sorted { $0.key < $1.key }, sourceLocation: location)
  }

  @Test("numbers, infinities and missing parts read back to the same values")
  func roundTrip() throws {
    try expectRoundTrip([])
    try expectRoundTrip([
      record(), record(tensor: "a", sqnr: .infinity), record(tensor: "b", scale: nil),
      record(tensor: "c", scale: nil, status: .skipped("not defined for 16 bits")),
      record(tensor: "d", scale: nil, status: .failed("no root")),
      record(tensor: "e", status: .degenerate), record(granularity: .channel(axis: 2)),
      record(granularity: .group(size: 128)),
    ])
  }

  @Test("every grid reads back", arguments: GridFamily.integers)
  func grids(family: GridFamily) throws {
    try expectRoundTrip(try [2, 8, 9, 16].map { try record(family: family, bits: $0) })
  }

  @Test("a line of a format with short scales is written again as it was read")
  func shortScales() throws {
    let texts = ["nvfp4", "mxfp4", "int4-full/scale:e4m3", "int8-narrow/scale:float16", "nf4"]
    for text in texts {
      let grid = try #require(CodeGrid(text))
      // A tensor's scale that is no power of two: few products of it are E4M3 themselves.
      let placed = grid.scaleFormat == .e4m3 ? grid.below(0.0123) : grid
      let key = ResultRecord.Key(
        tensor: "w", estimator: "mse", grid: grid, granularity: .tensor)
      let written = ResultRecord(
        key: key, elements: 100, lanes: 1,
        parameters: QuantizationParameters(scale: 0.37, grid: placed),
        values: try record().values, status: .ok)
      let line = ResultTable.line(written)
      let read = try ResultTable.records(in: ResultTable.header + "\n" + line + "\n")
      #expect(read.map(ResultTable.line) == [line], "\(text)")
    }
  }

  @Test("quotes, commas and line breaks in texts read back")
  func quoting() throws {
    try expectRoundTrip([
      record(tensor: "a,b"), record(tensor: "say \"no\""), record(notes: "two\nlines"),
      record(tensor: "\"", estimator: "kl[bins=64,objective=cross-entropy]", notes: ",\",\""),
      record(tensor: "c", scale: nil, status: .failed("row 1, column \"x\"")),
    ])
  }

  @Test("a line is the columns in order, empty where there is nothing")
  func line() throws {
    let measured = try record(sqnr: .infinity, notes: "2 dropped")
    #expect(
      ResultTable.line(measured)
        == "weights,1000,minmax,8,affine,signed,tensor,3,0.10000000149011612,-7,"
        + "-12.10000018030405,13.40000019967556,0.30000000000000004,1e-300,0.3,"
        + "0.3333333333333333,inf,5e-324,1.0,ok,2 dropped,,,,,,8.12")
    let skipped = try record(scale: nil, status: .skipped("why"))
    #expect(
      ResultTable.line(skipped)
        == "weights,1000,minmax,8,affine,signed,tensor,3,,,,,,,,,,,,skipped: why,,,,,,,")
  }

  @Test("the optimum comes behind the notes, with the regret between its columns")
  func optimum() throws {
    let record = try record(optimum: ResultRecord.Optimum(mse: 0.24, gap: 1e-9))
    #expect(ResultTable.line(record).hasSuffix(",ok,,0.24,0.2500000000000002,1e-09,,,8.12"))
    try expectRoundTrip([record])
  }

  @Test("regret is nothing within the certificate, and infinite beside an optimum of zero")
  func regret() throws {
    func regret(_ mse: Double, _ gap: Double) throws -> Double? {
      try record(optimum: ResultRecord.Optimum(mse: mse, gap: gap)).regret
    }
    let mse = 0.1 + 0.2
    #expect(try regret(mse, 0) == 0)
    #expect(try regret(mse / (1 + 1e-6), 2e-6) == 0)
    #expect(try #require(try regret(mse / 3, 1e-9)) - 2 < 1e-15)
    #expect(try regret(0, 0) == .infinity)
    #expect(try record().regret == nil)
  }

  @Test("rows come in the order of their keys, narrow grids first")
  func order() throws {
    let records = try [
      record(bits: 16), record(bits: 9), record(estimator: "kl"), record(tensor: "a"),
      record(family: .symmetricNarrow), record(bits: 2),
    ]
    let found = try ResultTable.records(in: ResultTable.text(records)).map(\.key.description)
    #expect(
      found == [
        "a minmax 8 bits affine signed tensor", "weights kl 8 bits affine signed tensor",
        "weights minmax 2 bits affine signed tensor",
        "weights minmax 8 bits symmetric narrow tensor",
        "weights minmax 9 bits affine signed tensor",
        "weights minmax 16 bits affine signed tensor",
      ])
  }

  @Test("keys are written as the key columns")
  func keyCells() throws {
    let key = try record(granularity: .group(size: 4)).key
    #expect(
      ResultTable.keyCells(key) == [
        "weights", "minmax", "8", "affine", "signed", "group:4", "", "",
      ])
    #expect(ResultTable.keyColumns.allSatisfy(ResultTable.columns.contains))
  }
}
