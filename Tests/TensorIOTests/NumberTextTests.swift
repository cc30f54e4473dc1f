import _TestSupport
import TensorIO
import Testing

/// Tensors written by hand.
@Suite struct NumberTextTests {
  @Test(
    "lines of equal length are a matrix; one line or one column is a vector",
    arguments: [
      ("1 2 3", [3], [1, 2, 3]), ("1\n2\n3\n", [3], [1, 2, 3]), ("7", [1], [7]),
      ("1 2\n3 4\n5 6\n", [3, 2], [1, 2, 3, 4, 5, 6]),
      ("1,2\r\n3,4\r\n", [2, 2], [1, 2, 3, 4]), ("1;2\n\n3\t4", [2, 2], [1, 2, 3, 4]),
      ("# head\n-1.5e1 # tail\n .25 \n", [2], [-15, 0.25]), ("  1 ,\n2\n", [2], [1, 2]),
    ] as [(String, [Int], [Float])])
  func shapes(text: String, shape: [Int], values: [Float]) throws {
    let directory = try Workspace()
    for name in ["w.txt", "w.csv", "W.TXT"] {
      let tensor = try readAll(try directory.file(name, Array(text.utf8)))[0]
      #expect(tensor.shape == shape && tensor.values == values)
    }
  }

  @Test("values are rounded as float32, NaN and infinity follow the policy of the caller")
  func rounding() throws {
    let directory = try Workspace()
    let path = try directory.file("w.txt", Array("0.1 nan inf".utf8))
    let values = try readAll(path, nonFinite: .skip)[0].values
    #expect(values[0] == 0.1 && values[1].isNaN && values[2] == .infinity)
    #expect(
      throws: TensorFileError.nonFinite(name: "w.txt", count: 2, firstIndex: 1),
      performing: { try readAll(path) })
  }

  private static let titles = "expected numbers only, without a line of titles"

  @Test(
    "a fault is named with its line and column",
    arguments: [
      ("1 2\n3 x4\n", "w.txt: line 2, column 3: 'x4' is no number"),
      ("a,b\n1,2\n", "w.txt: line 1, column 1: 'a' is no number; \(titles)"),
      ("1,2\n3,\u{E9}\n", "w.txt: line 2, column 3: '\u{E9}' is no number"),
      (
        "1\n\n 1e39",
        "w.txt: line 3, column 2: '1e39' is beyond the range of float32; expected "
          + "magnitudes up to 3.4028235e+38"
      ),
      ("# c\n1 2\n3\n", "w.txt: line 3 has 1 number; expected 2, as in line 2"),
      ("", "w.txt: empty tensor: shape (0,) has no elements; expected at least one"),
      ("# nothing\n", "w.txt: empty tensor: shape (0,) has no elements; expected at least one"),
    ])
  func faults(text: String, message: String) throws {
    let directory = try Workspace()
    let path = try directory.file("w.txt", Array(text.utf8))
    let error = try #require(throws: TensorFileError.self) { _ = try TensorFile.open(path) }
    #expect(error.description == message)
  }

  @Test("bytes that are no text, and members of a file that has none, are refused")
  func refused() throws {
    let directory = try Workspace()
    let path = try directory.file("w.csv", [0x31, 0xFF])
    #expect(
      throws: TensorFileError.malformed(
        name: "w.csv",
        reason: "is not UTF-8 text, nor UTF-16 with a byte order mark; expected numbers"),
      performing: { _ = try TensorFile.open(path) })
    let good = try directory.file("g.txt", Array("1".utf8))
    #expect(throws: TensorFileError.self) { _ = try TensorFile.open(good + "#w") }
  }
}
