import QuantizationCore
import ResultRecords
import Testing

@Suite struct BatchSetTests {
  @Test(
    "runs are written in order, joined where they touch",
    arguments: [
      ("0..3", "0..3", 4), ("5..5", "5..5", 1), ("4..7+0..1", "0..1+4..7", 6),
      ("0..1+2..3", "0..3", 4), ("0..4+2..7", "0..7", 8), ("999999..999999", "999999..999999", 1),
    ])
  func text(text: String, written: String, count: Int) throws {
    let set = try #require(BatchSet(text))
    #expect(set.description == written && set.count == count)
    #expect(BatchSet(written) == set)
  }

  @Test(
    "anything else is no set of batches",
    arguments: [
      "", "3", "3..", "..3", "3..1", "-1..2", "0...3", "0.3", "0..3+", "a..b", "0..1000000",
      "0..3 ",
    ])
  func faults(text: String) { #expect(BatchSet(text) == nil) }

  @Test("the rest is every other batch of the tensor")
  func rest() throws {
    let set = try #require(BatchSet("2..3"))
    #expect(set.rest(of: 6)?.description == "0..1+4..5")
    #expect(set.rest(of: 4)?.description == "0..1")
    #expect(try #require(BatchSet("0..3")).rest(of: 4) == nil)
    #expect(set.intersection(try #require(BatchSet("3..9")))?.description == "3..3")
    #expect(set.intersection(BatchSet(4...4)) == nil)
    #expect(set.last == 3)
  }

  @Test("of a tensor it has the batches that the tensor has")
  func batches() throws {
    let set = try #require(BatchSet("0..1+4..6"))
    #expect(set.batches(of: 9) == [0, 1, 4, 5, 6])
    #expect(set.batches(of: 5) == [0, 1, 4])
    #expect(set.batches(of: 3) == [0, 1])
  }

  private func record(_ calibration: String?, _ heldOut: String = "8..15") throws -> ResultRecord {
    let grid = CodeGrid(.symmetricNarrow, bits: try #require(BitWidth(8)))
    let split = try calibration.map {
      CalibrationSplit(
        calibration: try #require(BatchSet($0)), heldOut: try #require(BatchSet(heldOut)))
    }
    return ResultRecord(
      key: ResultRecord.Key(
        tensor: "w", estimator: "mse", grid: grid, granularity: .tensor, split: split),
      elements: 1, lanes: 1, status: .skipped("why"))
  }

  @Test("rows come by the number of calibration batches, what held nothing out first")
  func order() throws {
    let texts = ["10..11", "0..7", "2..3", "9..9", "0..0"]
    let records = try texts.map { try record($0) } + [record(nil), record("0..0", "4..9")]
    let sorted = records.sorted { $0.key < $1.key }.map { $0.key.split?.description ?? "all" }
    #expect(
      sorted == [
        "all", "calibration 0..0 held-out 4..9", "calibration 0..0 held-out 8..15",
        "calibration 9..9 held-out 8..15", "calibration 2..3 held-out 8..15",
        "calibration 10..11 held-out 8..15", "calibration 0..7 held-out 8..15",
      ])
    #expect(records.allSatisfy { !($0.key < $0.key) })
  }

  @Test("batches have two columns, and read back")
  func columns() throws {
    let records = [try record(nil), try record("0..1+4..7", "2..3")]
    #expect(ResultTable.line(records[1]).hasSuffix(",,,,0..1+4..7,2..3,"))
    #expect(ResultTable.columns[24...25] == ["calibration", "held_out"])
    #expect(ResultTable.keyCells(records[1].key).suffix(2) == ["0..1+4..7", "2..3"])
    #expect(try ResultTable.records(in: ResultTable.text(records)) == records)
    let broken = ResultTable.text(records).replacing(",2..3,", with: ",2-3,")
    let error = #expect(throws: ResultTableError.self) { try ResultTable.records(in: broken) }
    #expect(
      error?.description
        == "row 3: column 'held_out' cannot be '2-3'; expected batches such as 4..15")
  }
}
