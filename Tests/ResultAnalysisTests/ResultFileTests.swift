import ResultAnalysis
import ResultRecords
import Testing

@Suite struct ResultFileTests {
  private func lines(_ text: String) -> [String] {
    text.split(separator: "\n").map(String.init)
  }

  private func table() throws -> String {
    ResultTable.text([
      try record("a,\"b\"", "minmax", mse: 0.5, optimum: 0.25), try record("c", "mse", mse: 1),
    ])
  }

  @Test("columns of a later release are left aside, wherever they stand")
  func added() throws {
    let plain = try ResultFile(try table())
    let after = lines(try table()).enumerated().map { $1 + ($0 == 0 ? ",extra" : ",\"1,\n2\"") }
    let before = lines(try table()).enumerated().map { ($0 == 0 ? "extra," : "x,") + $1 }
    for text in [after, before] {
      let file = try ResultFile(text.map { $0 + "\n" }.joined())
      #expect(file.records == plain.records && file.missingColumns.isEmpty)
    }
  }

  @Test("columns an earlier release did not have are empty")
  func missing() throws {
    let short = lines(try table()).map { line in
      line.split(separator: ",", omittingEmptySubsequences: false).dropLast(6)
        .joined(separator: ",")
    }
    let file = try ResultFile(short.map { $0 + "\n" }.joined())
    #expect(
      file.missingColumns == [
        "optimal_mse", "regret", "certificate", "calibration", "held_out", "bits_per_value",
      ])
    #expect(file.records.map { $0[.mse] } == [0.5, 1])
    #expect(file.records.allSatisfy { $0.optimum == nil })
  }

  @Test("nothing and a header alone have no rows")
  func empty() throws {
    for text in ["", "\n \n", ResultTable.header + "\n"] {
      #expect(try ResultFile(text).records.isEmpty)
    }
  }

  @Test("what is no table of results is refused with its place")
  func refused() throws {
    let text = try table()
    let cases: [(String, String)] = [
      ("a,b\n1,2\n", "row 1: no column 'tensor'"),
      (text.replacing(",mse,", with: ",mean,"), "row 1: no column 'mse'"),
      (
        text + lines(text)[2] + "\n", "row 4: 'c mse 4 bits symmetric narrow tensor' is there twice"
      ),
      (text.replacing(",0.5,", with: ",half,"), "row 2: column 'mse' cannot be 'half'"),
    ]
    for (text, message) in cases {
      #expect {
        try ResultFile(text)
      } throws: { error in
        "\(error)".contains(message)
      }
    }
  }

  @Test("committed results read the same as by their own reader")
  func committed() throws {
    for (name, text) in try committedResults() {
      #expect(try ResultFile(text).records == ResultTable.records(in: text), "\(name)")
    }
  }
}
