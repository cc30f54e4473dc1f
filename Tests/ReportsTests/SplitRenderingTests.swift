import Foundation
import QuantizationCore
import Reports
import ResultAnalysis
import ResultRecords
import Testing

/// Results on held-out batches: every form says which batches a cell is about.
@Suite struct SplitRenderingTests {
  /// Eight tensors with two choices of batches and in sample, for two estimators.
  private func records(factor: Double = 1) throws -> [ResultRecord] {
    try (0..<8).flatMap { index in
      try ["0..0", "1..1", nil].flatMap { batches in
        try ["a", "b"].enumerated().map { place, estimator in
          let plain = try record("t\(index)", estimator, mse: Double(place + 1))
          let split = try batches.map {
            CalibrationSplit(calibration: try #require(BatchSet($0)), heldOut: BatchSet(2...3))
          }
          let isChanged = batches == "1..1" && estimator == "b"
          return ResultRecord(
            key: ResultRecord.Key(
              tensor: "t\(index)", estimator: estimator, grid: plain.key.grid,
              granularity: .tensor, split: split),
            elements: 10, lanes: 1, parameters: plain.parameters,
            values: isChanged ? try record("t", "b", mse: factor * 2).values : plain.values,
            status: .ok)
        }
      }
    }
  }

  private func object(_ document: some Encodable) throws -> [String: Any] {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    return try #require(
      try JSONSerialization.jsonObject(with: try encoder.encode(document)) as? [String: Any])
  }

  @Test("findings of the gate name the batches in every form")
  func gate() throws {
    let gate = Gate(try records(factor: 3), baseline: try records())
    let cells = try #require(try object(GateDocument(gate))["cells"] as? [[String: Any]])
    let keys = cells.compactMap { $0["key"] as? [String: Any] }
    #expect(keys.count == 8 && keys.allSatisfy { $0["calibration"] as? String == "1..1" })
    #expect(keys.allSatisfy { $0["held_out"] as? String == "2..3" })
    for text in [
      GateReport(gate, title: "r").text, GateReport(gate, title: "r").markdown,
      GateJUnit(gate, name: "r").xml,
      GateAnnotations(gate, title: "r", baselinePath: "b").text,
    ] {
      #expect(text.contains("t0 b 8 bits symmetric narrow tensor calibration 1..1 held-out 2..3"))
    }
    let names = try XMLElements(GateJUnit(gate, name: "r").xml).named("testcase")
      .compactMap { $0.attributes["name"] }
    #expect(names.count == Set(names).count, "no two cells have one name")
  }

  @Test("a comparison says how many cells are held out, and which changed most")
  func comparison() throws {
    let errorTable = ErrorTable(files: [("old", try records()), ("new", try records(factor: 3))])
    let comparison = try ErrorComparison(errorTable)
    let document = try object(ComparisonDocument(comparison))
    #expect(document["cells"] as? Int == 48 && document["held_out_cells"] as? Int == 32)
    let change = try #require((document["largest_changes"] as? [[String: Any]])?.first)
    #expect(change["calibration"] as? String == "1..1" && change["held_out"] as? String == "2..3")
    let text = ComparisonReport(comparison).text
    #expect(
      text.contains(
        "48 cells, 8 tensors. 32 cells are measured on held-out batches (2 choices of batches, each a "
          + "setting of its own), 16 in sample."))
    #expect(text.contains("t0 b 8 bits symmetric narrow tensor calibration 1..1 held-out 2..3"))
    #expect(text.contains("BY CALIBRATION") && text.contains("| in sample"))
  }

  @Test("a page compares held-out cells, each choice of batches for itself")
  func page() throws {
    let subject = ReportSubject(
      name: "n", records: try records(),
      origin: ReportOrigin(path: "p", contentHash: "", commands: []))
    let page = try PageDocument(ReportPage([subject]).html)
    let table = try #require(page.named("table").first { $0["id"] == "paired-table" })
    // Of eight tensors two choices each, and none in sample.
    #expect(table.text.contains("16"))
    #expect(
      page.named("section").first { $0["aria-labelledby"] == "paired" }?.text.contains(
        "each held-out choice of batches a cell of its own") == true)
  }
}
