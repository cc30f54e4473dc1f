import QuantizationCore
import ResultRecords
import Testing

/// Names are bytes: whatever they are, they read back, and two of them stay two.
@Suite struct CSVTextTests {
  /// `é` in one scalar and in two: equal to Swift.
  private static let twins = ["caf\u{E9}", "cafe\u{301}"]
  private static let hostile = [
    "a\rb", "a\r\nb", "a\nb", "\r", "\"", "a,b", " a", "a ", "\u{301}x", "x\"\u{301}", ",\u{301}",
    "\u{2028}x", "a\u{85}b", "\u{B}", "\u{FEFF}x", "\u{0}", "=1+1", "a\"b\"c", "''",
  ]

  private func record(_ tensor: String, _ estimator: String = "minmax") throws -> ResultRecord {
    let grid = CodeGrid(.symmetricNarrow, bits: try #require(BitWidth(8)))
    return ResultRecord(
      key: ResultRecord.Key(
        tensor: tensor, estimator: estimator, grid: grid, granularity: .tensor),
      elements: 0, lanes: 1, status: .failed(tensor), notes: tensor)
  }

  @Test("hostile names read back byte for byte in every column of text", arguments: hostile)
  func names(name: String) throws {
    let row = try record(name, name)
    let read = try #require(try ResultTable.records(in: ResultTable.text([row])).first)
    for text in [read.key.subject.description, read.key.estimator, read.notes] {
      #expect(Array(text.utf8) == Array(name.utf8))
    }
    #expect(read.status == .failed(name))
  }

  @Test("line ends of any system, blank lines and a byte order mark make no difference")
  func lineEnds() throws {
    for text in ["a,b\n1,2\n", "a,b\r\n1,2\r\n", "a,b\r1,2", "\u{FEFF}a,b\n\n1,2\n\n", "a,b\n1,2"] {
      #expect(try CSVText.rows(text) == [["a", "b"], ["1", "2"]])
    }
    #expect(try CSVText.rows("a,\n,\n\"\"\n") == [["a", ""], ["", ""], [""]])
    #expect(try CSVText.rows("").isEmpty && CSVText.rows("\n\r\n").isEmpty)
  }

  @Test(
    "quotation marks where none may be are refused with their line",
    arguments: [
      ("a,b\n\"1,2\n3,4\n", "line 2: a quotation mark is not closed"),
      ("a\n1\"2\n", "line 2: a quotation mark in a cell; expected the whole cell in quotes"),
      ("\"x\n\n\"y\n", "line 3: text after a closing quotation mark; expected ',' or a line end"),
      ("a\r\nb\r\n\"", "line 3: a quotation mark is not closed"),
    ])
  func faults(text: String, message: String) {
    #expect(throws: CSVFault.self) { try CSVText.rows(text) }
    do { _ = try CSVText.rows(text) } catch { #expect(error.description == message) }
  }

  @Test("names that are canonically equal are two names")
  func twins() throws {
    let rows = try Self.twins.map { try record($0) }
    #expect(
      rows[0].key.subject.description == rows[1].key.subject.description, "Swift takes them for one"
    )
    #expect(rows[0].key != rows[1].key && Set(rows.map(\.key)).count == 2)
    #expect((rows[0].key < rows[1].key) != (rows[1].key < rows[0].key))
    #expect(ResultTable.text(rows) == ResultTable.text(rows.reversed()))
    let both = try Self.twins.map { try record("t", $0).key }
    #expect(both[0] != both[1] && both[0].setting == both[1].setting)
    #expect(rows[0].key.setting != rows[1].key.setting)
  }
}
