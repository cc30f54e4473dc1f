import _TestSupport
import TensorIO
import Testing

@Suite("Names")
struct NameTests {
  @Test("numbers in names count as numbers, everything else by its bytes")
  func naturalOrder() {
    let sorted = [
      "", "1", "2", "10", "A", "a", "a0", "a00", "a0b", "a1", "a01", "a001b", "a2", "a10", "a10.2",
      "a10.10", "a18446744073709551616", "a18446744073709551617", "a~", "cafe\u{301}", "caf\u{E9}",
    ]
    for (index, first) in sorted.enumerated() {
      for (other, second) in sorted.enumerated() {
        let expected =
          switch (first, second) {
          // Leading zeros decide last, as bytes: "0" before "1".
          case ("a1", "a01"): false
          case ("a01", "a1"): true
          default: index < other
          }
        #expect(naturallyPrecedes(first, second) == expected, "\(first) \(second)")
      }
    }
  }

  @Test("the order is strict and total, whatever the names are")
  func totalOrder() {
    var generator = SplitMix(seed: 4)
    let letters: [Character] = ["0", "1", "9", "a", ".", "\u{E9}"]
    let names = (0..<120).map { _ in
      String(
        (0..<Int.random(in: 0...5, using: &generator)).map { _ in
          letters.randomElement(using: &generator) ?? "0"
        })
    }
    for first in names {
      for second in names {
        let isSame = ExactName(first) == ExactName(second)
        #expect(
          [naturallyPrecedes(first, second), naturallyPrecedes(second, first), isSame]
            .count(where: { $0 }) == 1)
        for third in names
        where naturallyPrecedes(first, second) && naturallyPrecedes(second, third) {
          #expect(naturallyPrecedes(first, third))
        }
      }
    }
  }

  @Test(
    "patterns match whole names",
    arguments: [
      ("*", "", true), ("*", "a/b.c", true), ("?", "", false), ("?", "\u{E9}", true),
      ("a*", "ba", false), ("*a", "ab", false), ("a*b*c", "aXbYbZc", true),
      ("a*b*c", "aXbYbZ", false), ("[a-c]", "b", true), ("[!a-c]", "b", false),
      ("[^a-c]", "d", true), ("[]]", "]", true), ("[]-]", "-", true), ("[a", "[a", true),
      ("[a*", "[ab", true), ("\\**", "*x", true), ("\\**", "x", false), ("**", "abc", true),
      ("[z-a]", "z", true), ("l.?.w", "l.10.w", false),
    ])
  func patterns(pattern: String, name: String, matches: Bool) throws {
    guard let compiled = NamePattern(pattern) else {
      #expect(!matches)
      return
    }
    #expect(compiled.matches(name) == matches)
  }

  @Test("text without anything special is no pattern", arguments: ["", "a.b", "a]", "\\a"])
  func noPattern(text: String) { #expect(NamePattern(text) == nil) }

  @Test("many stars do not take for ever")
  func manyStars() throws {
    let pattern = try #require(NamePattern(String(repeating: "*a", count: 200) + "b"))
    let start = ContinuousClock.now
    #expect(!pattern.matches(String(repeating: "a", count: 5000)))
    #expect(ContinuousClock.now - start < .seconds(20))
  }

  @Test("spaces other than the plain one are written as escapes")
  func printableSpaces() {
    #expect(printable("a b\u{A0}c\u{202E}\u{3000}") == "a b\\u{00A0}c\\u{202E}\\u{3000}")
  }
}
