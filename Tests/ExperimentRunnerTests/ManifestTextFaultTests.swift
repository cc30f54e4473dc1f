import _TestSupport
import ExperimentRunner
import RangeEstimation
import Testing

/// Faults of the text as a whole: reading, syntax, keys.
@Suite struct ManifestTextFaultTests {
  let folder: Workspace

  init() throws { folder = try Workspace() }

  @Test(
    "puts syntax faults at their place",
    arguments: [
      (
        "name: [a\n",
        ExpectedFault(
          2, 1, "not YAML: did not find expected ',' or ']' (while parsing a flow sequence)")
      ),
      (
        "name: a\n\tb: c\n",
        ExpectedFault(
          2, 1,
          "not YAML: found a tab character that violates indentation "
            + "(while scanning a plain scalar)")
      ),
      ("a: *x\n", ExpectedFault(1, 4, "not YAML: found undefined alias")),
      (
        "a: &x 1\nb: *x\n",
        ExpectedFault(2, 4, "aliases are not supported; expected the value itself")
      ),
      ("--- 1\n--- 2\n", ExpectedFault(2, 1, "not YAML: a second document starts")),
      ("", ExpectedFault(1, 1, "the manifest is empty; expected a mapping with the key name")),
      (
        "- a\n",
        ExpectedFault(
          1, 1,
          "the manifest is a list; expected a mapping with the keys name, description, seed, "
            + "tensors, models, estimators, bits, schemes, formats, granularities, calibration, exclude, nonfinite"
        )
      ),
    ])
  func syntax(text: String, fault: ExpectedFault) throws {
    #expect(try folder.faults(text) == fault.printed(in: text))
  }

  @Test("is not brought down by deep nesting, bombs of aliases or endless lines")
  func hostile() throws {
    for opening in ["[", "- ", "{a: ", "? "] {
      let text = String(repeating: opening, count: 50_000)
      #expect(try folder.faults(text).contains("error: not YAML: nested too deeply"))
    }
    let deep = String(repeating: "[", count: 40) + String(repeating: "]", count: 40)
    #expect(try folder.faults("name: \(deep)").contains("m.yaml:1:38: error: nested too deeply"))
    let many = String(repeating: "*a,", count: 100_000)
    #expect(
      try folder.faults("a: &a [x]\n? [\(many)]\n: 1").contains("aliases are not supported"))
    let wide = Lines.with([5: "bits: [" + String(repeating: "x, ", count: 1000) + "4]"])
    #expect(try folder.faults(wide).utf8.count < 400_000)
  }

  @Test("tells a manifest that cannot be read from one that is wrong")
  func unreadable() throws {
    let path = folder.path + "/none.yaml"
    let missing = #expect(throws: ManifestError.self) {
      try Manifest.load(path: path, overrides: [], registry: .builtIn)
    }
    #expect(missing?.isMissingFile == true)
    #expect(
      missing?.description
        == "\(path): error: cannot read the manifest: No such file or directory")
    let wrong = #expect(throws: ManifestError.self) { try folder.load("- a") }
    #expect(wrong?.isMissingFile == false)
    #expect(wrong?.diagnostics.map(\.line) == [1])
  }

  @Test("refuses bytes that are no text, and too many of them")
  func bytes() throws {
    for (bytes, fault) in [
      ([0x61, 0xFF], "the manifest is not text; expected UTF-8"),
      (
        [UInt8](repeating: 0x20, count: 1 << 20 | 1),
        "the manifest is too long; expected at most 1048576 bytes"
      ),
    ] {
      try folder.write(bytes, to: "m.yaml")
      let path = folder.path + "/m.yaml"
      let error = #expect(throws: ManifestError.self) {
        try Manifest.load(path: path, overrides: [], registry: .builtIn)
      }
      #expect(error?.description == "\(path): error: \(fault)")
    }
  }

  @Test("reports all faults at once, in the order of the text")
  func several() throws {
    let text = Lines.with(
      [1: "name: Test"], adding: "seed: -1", "nonfinite: skp", "description: [a]", "bits: [3]",
      "\"bits\": 4", "sede: 1")
    let keys =
      "expected one of name, description, seed, tensors, models, estimators, bits, schemes, formats, "
      + "granularities, calibration, exclude, nonfinite"
    let faults = [
      ExpectedFault(
        1, 7,
        "name is 'Test'; expected up to 200 of the characters a-z, 0-9, '.', '_' and '-'"),
      ExpectedFault(8, 7, "seed is '-1'; expected a whole number from 0 to 18446744073709551615"),
      ExpectedFault(
        9, 12,
        "unknown nonfinite policy 'skp'; expected one of error, skip; did you mean 'skip'?"),
      ExpectedFault(10, 14, "description is a list; expected text"),
      ExpectedFault(11, 1, "'bits' is given twice, first on line 5; expected every key once"),
      ExpectedFault(12, 1, "'bits' is given twice, first on line 5; expected every key once"),
      ExpectedFault(13, 1, "the manifest has no key 'sede'; \(keys); did you mean 'seed'?"),
    ]
    let printed = faults.map { $0.printed(in: text) }.joined(separator: "\n")
    #expect(try folder.faults(text) == printed)
  }

  @Test("misses the keys that must be there")
  func requiredKeys() throws {
    let faults = ["tensors", "estimators", "bits"].map {
      ExpectedFault(1, 1, "the manifest has no '\($0)'; expected the key '\($0)'")
        .printed(in: "name: a")
    }
    #expect(try folder.faults("name: a") == faults.joined(separator: "\n"))
  }

  @Test("draws the caret below the column, with tabs kept and scalars counted")
  func caret() throws {
    let text = Lines.with([5: "bits:\t[\"é\", 99]"])
    #expect(
      try folder.faults(text).hasSuffix(
        "m.yaml:5:13: error: bits is '99'; expected a whole number from 2 to 16\n"
          + "bits:\t[\"é\", 99]\n     \t      ^"))
  }

  @Test("allows only names that can be folders", arguments: ["..", ".", "", "a/b", "A", "é"])
  func names(name: String) throws {
    #expect(try folder.faults(Lines.with([1: "name: \"\(name)\""])).contains("m.yaml:1:7: error"))
  }

  @Test(
    "what a stranger wrote moves no cursor and commands no log; the caret stands where it is shown",
    arguments: [
      ("a: \u{1}\n", "a: \\u{01}\n   ^"),
      ("::error::x: [\u{1B}[2J\n", ":\\u{3A}error::x: [\\u{1B}[2J\n"),
      ("  ::set-output name=x::y\n", "  :\\u{3A}set-output name=x::y\n"),
      ("\t\u{202E}a: [\n", "\t\\u{202E}a: [\n"),
    ])
  func strangers(text: String, shown: String) throws {
    let faults = try folder.faults(text)
    #expect(faults.contains("\n\(shown)"), "\(faults)")
    #expect(!faults.unicodeScalars.contains { $0.properties.generalCategory == .format })
    #expect(!faults.contains("\u{1B}") && !faults.contains("\u{1}"))
    for line in faults.split(separator: "\n") {
      #expect(!line.drop { $0.isWhitespace }.hasPrefix("::"), "\(faults)")
    }
  }
}
