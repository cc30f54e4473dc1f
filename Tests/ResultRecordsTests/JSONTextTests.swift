import Foundation
import ResultRecords
import Testing

@Suite struct JSONTextTests {
  private struct Outer: Decodable, Equatable {
    let list: [Int]
    let inner: Inner?
  }
  private struct Inner: Decodable, Equatable { let value: Double }

  @Test("what is JSON is read")
  func good() throws {
    let text =
      " {\"list\": [1, -2,3e0],\n\t\"inner\": {\"value\": 1.5e-3, \"later\\u0000\": [[], {}, null, true]} }\n"
    #expect(
      try JSONText.value(Outer.self, from: text)
        == Outer(list: [1, -2, 3], inner: Inner(value: 0.0015)))
  }

  @Test(
    "what is wrong is said with its place",
    arguments: [
      ("{\"list\": [1, 2}", "line 1, column 15: expected ',' or ']'"),
      ("{\n  \"list\": [nan]}", "line 2, column 12: 'nan' is no value of JSON"),
      ("{\"list\": [1e400]}", "line 1, column 11: '1e400' is no value of JSON"),
      ("{\"list\": [+1]}", "line 1, column 11: '+1' is no value of JSON"),
      (
        "{\"list\": [1],\n\"list\": [2]}",
        "line 2, column 1: the key 'list' is given twice; expected every key once"
      ),
      ("{\"list\": []} x", "line 1, column 14: text after the value"),
      ("{\"list", "line 1, column 7: a string is not closed"),
      ("{\"li\nst\": []}", "line 1, column 5: a control character in a string; expected an escape"),
      ("{list: []}", "line 1, column 2: expected a key in quotes"),
      ("{\"list\" []}", "line 1, column 9: expected ':'"),
      ("", "line 1, column 1: expected a value"),
      ("{\"list\": [\"a\"]}", "list[0]: Expected to decode Int but found a string instead."),
      ("{\"list\": [], \"inner\": {}}", "inner: the key 'value' is missing"),
      ("[]", "the document: "),
    ])
  func faults(text: String, message: String) {
    do {
      _ = try JSONText.value(Outer.self, from: text)
      Issue.record("was read")
    } catch { #expect(error.description.hasPrefix(message), "\(error)") }
  }

  @Test("any depth is refused without being walked down", arguments: [33, 100_000])
  func depth(levels: Int) {
    for text in [
      String(repeating: "[", count: levels), String(repeating: "{\"a\":", count: levels),
    ] {
      do {
        _ = try JSONText.value([Int].self, from: text)
        Issue.record("was read")
      } catch {
        #expect(error.description.contains("nested too deeply; expected at most 32 levels"))
      }
    }
  }

  @Test("what is shown says the same, without anything a terminal or a build server obeys")
  func shown() throws {
    let value = ["k": "\u{9B}31m \u{7F} \u{202E}abc \u{2028} ##[error]x é \u{E0001}"]
    let text = String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
    let shown = JSONText.shown(text)
    #expect(!shown.contains("##[") && shown.contains("é"))
    #expect(
      !shown.unicodeScalars.contains {
        [.control, .format, .lineSeparator].contains($0.properties.generalCategory)
      })
    #expect(try JSONText.value([String: String].self, from: shown) == value)
  }
}
