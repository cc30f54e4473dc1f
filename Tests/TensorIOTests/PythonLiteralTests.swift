import TensorIO
import Testing

@Suite("Python literals")
struct PythonLiteralTests {
  private func parse(_ text: String) throws -> PythonLiteral {
    try PythonLiteral(parsing: Array(text.utf8))
  }

  private func fault(_ text: String) throws -> PythonLiteral.Fault {
    try #require(throws: PythonLiteral.Fault.self) { _ = try parse(text) }
  }

  @Test("tuples follow Python: a comma makes them, parentheses do not")
  func tuples() throws {
    #expect(try parse("()") == .tuple([]))
    #expect(try parse("(3,)") == .tuple([.integer(3)]))
    #expect(try parse("( 3L , -4 )") == .tuple([.integer(3), .integer(-4)]))
    #expect(try parse("(3)") == .integer(3))
    #expect(try fault("(,)").offset == 1)
    #expect(try fault("(1,,2)").offset == 3)
    #expect(try fault("(1 2)").reason == "expected ',' or ')'")
  }

  @Test("words, strings of both quotes, lists and dictionaries")
  func others() throws {
    #expect(try parse(" True\n") == .boolean(true))
    #expect(try parse("[False, None,]") == .list([.boolean(false), .none]))
    #expect(try parse(#""a'b""#) == .string("a'b"))
    #expect(try parse(#"'a\'b'"#) == .string(#"a\'b"#))
    let entries: [PythonLiteral.Entry] = [
      .init(key: "k", value: .dictionary([])), .init(key: "l", value: .string("v")),
    ]
    #expect(try parse("{'k': {}, 'l': 'v',}") == .dictionary(entries))
  }

  @Test("what is no literal is refused with its place")
  func faults() throws {
    #expect(try fault("'abc").reason == "unterminated string")
    #expect(try fault("'abc\\").reason == "unterminated string")
    #expect(try fault("'a\nb'").reason == "line break in a string")
    #expect(try fault("(1,) x") == .init(offset: 5, reason: "unexpected text after the literal"))
    #expect(try fault("").reason == "unexpected end of the header")
    #expect(try fault("(1,").reason == "unexpected end of the header")
    #expect(try fault("{1: 2}").reason == "expected a quoted key")
    #expect(try fault("{'a' 2}").reason == "expected ':' after key 'a'")
    #expect(try fault("{'a': 1 'b': 2}").reason == "expected ',' or '}'")
    #expect(try fault("-").reason == "expected a digit")
    #expect(try fault("open('x')").reason == "unexpected character")
    #expect(try fault("9223372036854775808").reason == "number does not fit 64 bits")
    #expect(try parse("9223372036854775807") == .integer(.max))
  }

  @Test("depth is bounded, so that no header overflows the stack")
  func depth() throws {
    let deep = String(repeating: "[", count: 100_000)
    #expect(try fault(deep).reason == "nested too deeply")
    #expect(throws: Never.self) {
      try parse(String(repeating: "[", count: 30) + String(repeating: "]", count: 30))
    }
  }
}
