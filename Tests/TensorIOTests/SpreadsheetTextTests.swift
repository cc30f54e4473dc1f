import _TestSupport
import TensorIO
import Testing

/// Text as spreadsheet programs, and editors of other systems, write it.
@Suite("Text of other programs")
struct SpreadsheetTextTests {
  private func read(_ bytes: [UInt8], as name: String = "w.csv") throws -> Tensor {
    let directory = try Workspace()
    return try openOne(try directory.file(name, bytes)).load(nonFinite: .error)
  }

  private func fault(_ text: String) throws -> String {
    try failure(of: Array(text.utf8), as: "w.csv")
  }

  private static let bigEndian: [UInt8] =
    [0xFE, 0xFF] + bytes(Array("1\t2\r\n3\t4".utf16), bigEndian: true)

  @Test(
    "any encoding with a mark, any line end, quotes, and separators at the end of a line",
    arguments: [
      Array("1,2\n3,4".utf8), Array("\u{FEFF}1,2\r\n3,4\r\n".utf8), Array("1,2\r3,4\r".utf8),
      Array("1,2\r\r3,4\n\r\n".utf8), [0xFF, 0xFE] + bytes(Array("1\t2\r\n3\t4\r\n".utf16)),
      bigEndian, Array(#""1","2"\#n"3","4"\#n"#.utf8), Array("1,2,\r\n3,4,\r\n".utf8),
      Array("1;2;\n3;4\n".utf8), Array("1\t2\t\n3\t4\n".utf8), Array("\"1\" \"2\"\n3 4\n".utf8),
      Array("1 , 2\n\t3 ,\t4\n".utf8), Array("\u{A0}1,2\u{202F}\n3,\u{2009}4".utf8),
      Array("1\t2 # a,b;c\n3\t4".utf8), Array("  1 2\n\n\t3   4  \n".utf8),
      Array("1;2\n\n3\t4".utf8),
    ])
  func tables(bytes: [UInt8]) throws {
    let tensor = try read(bytes)
    #expect(tensor.shape == [2, 2] && tensor.values == [1, 2, 3, 4])
  }

  @Test(
    "a comma is a decimal mark where semicolons or tabs separate, and in quotes",
    arguments: [
      "1,5;-2\n3;4,25", "1,5\t-2\n3\t4,25", "1,5;-2,0;\r\n3;4,25;", "\"1,5\",-2\n3,\"4,25\"",
      "1,5 ; \u{2212}2\n3 ; 4,25", "\"1,5\" -2\n3 \"4,25\"", "1,5e0;-2\n30e-1;42,5E-1",
      "\"1,5\";\"-2\"\n\"3\";\"4,25\"", "\"1,500\",-2\n3,\"4,25\"",
    ])
  func decimalCommas(text: String) throws {
    let tensor = try read(Array(text.utf8))
    #expect(tensor.shape == [2, 2] && tensor.values == [1.5, -2, 3, 4.25])
  }

  @Test(
    "an empty cell is an error at its place",
    arguments: [
      ("1,,2\n,3,4\n", 1, 3), ("1,2\n,3\n", 2, 1), ("1,2,3\n4,5,\n", 2, 5),
      ("1,2,\n4,5,6\n", 1, 5), ("1;2;;\n3;4;;\n", 1, 5), ("1\t\t2\n3\t4\t5", 1, 3),
      ("\t1\n2\t3", 1, 1), ("1,\"\",2", 1, 3), ("1,2\n,\n", 2, 1), ("1,2\n\u{A0},3\n", 2, 1),
      ("1, ,2", 1, 3), ("1,2\n3,4\n , \n", 3, 1), (",1", 1, 1), ("1,5;;2", 1, 5),
      ("1,2\n3,\u{A0}\n", 2, 3), ("1.5,\n,4\n", 1, 5), (";1\n2;3", 1, 1),
    ])
  func emptyCells(text: String, line: Int, column: Int) throws {
    #expect(
      try fault(text)
        == "w.csv: line \(line), column \(column): empty cell; expected a number")
  }

  @Test(
    "titles are told by their line",
    arguments: [
      ("x,y\n1,2\n", 1, 1, "x"), (",x,y\n0,1,2\n", 1, 2, "x"), ("\n\"x\"\t\"y\"\n1\t2", 2, 2, "x"),
      ("sep=;\n1;2", 1, 1, "sep="), ("1,y\n1,2", 1, 3, "y"), ("\u{FEFF}x;y\r\n1,5;2", 1, 1, "x"),
    ])
  func titles(text: String, line: Int, column: Int, word: String) throws {
    #expect(
      try fault(text)
        == "w.csv: line \(line), column \(column): '\(word)' is no number; "
        + "expected numbers only, without a line of titles")
  }

  @Test(
    "what may mean two things is an error",
    arguments: [
      ("1,2 3,4", "line 1, column 2: a comma that may separate numbers or be a decimal mark"),
      ("1 2\n3,4", "line 2, column 2: a comma that may separate numbers or be a decimal mark"),
      ("1,2\t3,\t4", "line 1, column 2: a comma that may separate numbers or be a decimal mark"),
      ("1.5;2,5", "line 1, column 1: '1.5' has a decimal point where commas are decimal marks"),
      ("1.234,5;2", "line 1, column 1: '1.234,5' has a decimal point where commas are decimal"),
      ("\"1,234\",5", "line 1, column 2: '1,234' may have a decimal comma or thousands"),
      ("1,2,3;4", "line 1, column 1: '1,2,3' is no number"),
      ("1, 2; 3, 4", "line 1, column 1: '1, 2' is no number; expected no blanks within it"),
      ("1;2 3", "line 1, column 3: '2 3' is no number; expected no blanks within it"),
      ("1 234,5;2", "line 1, column 1: '1 234,5' is no number; expected no blanks within it"),
      ("1;2\n1\u{A0}234;5", "line 2, column 1: '1\\u{00A0}234' is no number"),
    ])
  func ambiguous(text: String, message: String) throws {
    let fault = try fault(text)
    #expect(fault.hasPrefix("w.csv: \(message)"), "\(fault)")
  }

  @Test(
    "cells without a value are no comments",
    arguments: [
      ("1,#N/A\n2,#N/A", 1, 3), ("#N/A,1\n2,3", 1, 1), ("1\t#DIV/0!\n2\t3", 1, 3),
      ("1\n#VALUE!\n", 2, 1), ("1;#NV\n2;3", 1, 3), ("1,2\n3,#NAME?", 2, 3),
    ])
  func errorValues(text: String, line: Int, column: Int) throws {
    #expect(try fault(text).hasPrefix("w.csv: line \(line), column \(column): '#"))
    #expect(try fault(text).contains("is no number"))
  }

  @Test(
    "text that is neither UTF-8 nor UTF-16 with a mark is refused",
    arguments: [
      [0xFF, 0xFE, 0x31], [0xFF, 0xFE, 0x00, 0xD8], bytes(Array("1\u{E9}".utf16)), [0xE9, 0x0A],
    ])
  func encodings(bytes: [UInt8]) throws {
    #expect(
      try failure(of: bytes, as: "w.txt")
        == "w.txt: is not UTF-8 text, nor UTF-16 with a byte order mark; expected numbers")
  }

  @Test("UTF-16 without a mark is no number")
  func unmarked() throws {
    #expect(try failure(of: bytes(Array("12".utf16)), as: "w.txt").contains("is no number"))
    #expect(try fault("1,2\u{0}3").contains("'2\\03' is no number"))
  }

  @Test("one line of a million numbers is read in a moment")
  func longLine() throws {
    let text = Array((0..<1_000_000).map { String($0 % 10) }.joined(separator: ";").utf8)
    let start = ContinuousClock.now
    #expect(try read(text).shape == [1_000_000])
    #expect(ContinuousClock.now - start < .seconds(60))
    #expect(try failure(of: text + Array(";x".utf8), as: "w.csv").contains("column 2000001: 'x'"))
  }
}
