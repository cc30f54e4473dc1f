import TensorIO
import Testing

@Suite struct WordingTests {
  @Test("one is singular, every other number is plural")
  func counts() {
    #expect([0, 1, 2].map { counted($0, "cell") } == ["0 cells", "1 cell", "2 cells"])
    #expect(counted(2, "batch", "batches") == "2 batches")
    #expect(counted(1, "file", number: { _ in "one" }) == "one file")
  }

  @Test("a number is a finite decimal and nothing else")
  func numbers() {
    #expect(["1", "-0.5", ".5", "5.", "+5", "1e-7", "1E5"].allSatisfy { decimalNumber($0) != nil })
    for text in [
      "", "nan", "-nan", "inf", "0x1p3", "1e400", " 1", "1 ", "1_0", "1,0", "e", "٣", "1\0",
    ] {
      #expect(decimalNumber(text) == nil, "'\(text)'")
    }
  }

  @Test(
    "text of somebody else's choice cannot disturb a terminal or command a build server",
    arguments: [
      ("a\u{1B}[31m", #"a\u{1B}[31m"#), ("a\nb\r\tc", #"a\nb\r\tc"#), ("\u{9B}1m", #"\u{009B}1m"#),
      ("\u{202E}abc", #"\u{202E}abc"#), ("a\u{2028}b", #"a\u{2028}b"#),
      ("::error::x", #":\u{3A}error::x"#), ("  ::error::x", #"  :\u{3A}error::x"#),
      ("a::error::x", "a::error::x"), (": :x", ": :x"), ("a ##[error]x", #"a ##\u{5B}error]x"#),
      ("###[x", #"###\u{5B}x"#), ("##vso[x", #"##vso\u{5B}x"#), ("## a[x", "## a[x"),
      ("#[x", "#[x"), ("layer.0/w é 重 |`<>", "layer.0/w é 重 |`<>"),
    ])
  func printed(text: String, shown: String) {
    #expect(printable(text) == shown)
    #expect(printable(shown) == shown, "what may be shown stays as it is")
  }

  @Test("lines stay lines, each of them harmless")
  func lines() {
    #expect(
      printableLines("a\tb\n::error::x\n\n\u{1B}]0;t\u{7}\r\n")
        == "a\tb\n:\\u{3A}error::x\n\n\\u{1B}]0;t\\u{07}\\r\n")
  }
}
