import Foundation
import Reports
import ResultAnalysis
import ResultRecords
import Testing

@Suite struct GateRenderingTests {
  /// One cell worse, one missing, one better, one new, one without a result, one as before.
  private func gate() throws -> Gate {
    let old = [
      try record("a", "x", mse: 1), try record("b<&\"", "x", mse: 1), try record("c", "y", mse: 1),
      try record("d", "y", mse: nil, status: .skipped("why")), try record("e", "y", mse: 1),
    ]
    let new = [
      try record("a", "x", mse: 2), try record("c", "y", mse: 0.5),
      try record("d", "y", mse: nil, status: .skipped("why")), try record("e", "y", mse: 1),
      try record("f", "y", mse: 1),
    ]
    return Gate(new, baseline: old)
  }

  @Test("text names what fails first and ends with the verdict")
  func text() throws {
    let lines = GateReport(try gate(), title: "results/r").text.split(separator: "\n")
    #expect(
      lines.first.map(String.init)
        == "worse: a x 8 bits symmetric narrow tensor: mse 1 -> 2 (+100 %), worse")
    #expect(lines[1].hasPrefix("missing: b<&\" x 8 bits symmetric narrow tensor: "))
    #expect(lines.contains { $0.hasPrefix("better: c y") })
    #expect(lines.contains { $0.hasPrefix("new: f y") })
    #expect(!lines.contains { $0.contains(" e y ") }, "what is unchanged is only counted")
    #expect(
      lines.last.map(String.init)
        == "results/r: failed, regression: compared 3 of 5 cells of the baseline "
        + "(1 has no result in either)")
    #expect(
      lines.dropLast().last.map(String.init)
        == "0 broken invariants, 1 worse, 1 missing, 1 better, 1 new, 2 unchanged")
  }

  @Test("long lists are cut and say by how much")
  func limit() throws {
    let old = try (0..<9).map { try record("t\($0)", "x", mse: 1) }
    let new = try (0..<9).map { try record("t\($0)", "x", mse: 2) }
    let report = GateReport(Gate(new, baseline: old), title: "r", limit: 4)
    #expect(report.text.contains("worse: and 5 more\n"))
    #expect(report.text.split(separator: "\n").count { $0.hasPrefix("worse: t") } == 4)
    #expect(report.markdown.contains("… and 5 more."))
  }

  @Test("Markdown begins with the verdict")
  func markdown() throws {
    let markdown = GateReport(try gate(), title: "results/r").markdown
    #expect(markdown.hasPrefix("## ❌ results/r\n\nfailed, regression: "))
    #expect(markdown.contains("| `a x 8 bits symmetric narrow tensor` | mse 1 -> 2"))
    let same = [try record("a", "x", mse: 1)]
    let passed = GateReport(Gate(same, baseline: same), title: "r").markdown
    #expect(
      passed == "## ✅ r\n\npassed: compared 1 of 1 cell of the baseline. "
        + "0 broken invariants, 1 unchanged.\n")
  }

  @Test("JUnit: a suite for each estimator, one for the invariants, and counts that are right")
  func junit() throws {
    let elements = try XMLElements(GateJUnit(try gate(), name: "n").xml)
    let suites = elements.named("testsuite")
    #expect(suites.compactMap { $0.attributes["name"] } == ["x", "y", "invariants", "gate"])
    let root = try #require(elements.all.first)
    #expect(root.name == "testsuites" && root.attributes["failures"] == "1")
    #expect(root.attributes["errors"] == "1" && root.attributes["skipped"] == "2")
    #expect(root.attributes["tests"] == "\(elements.named("testcase").count)")
    #expect(suites.map { Int($0.attributes["tests"] ?? "") ?? 0 }.reduce(0, +) == 11)
    for (name, count) in [("failure", 1), ("error", 1), ("skipped", 2)] {
      let found = elements.named(name)
      #expect(found.count == count && found.allSatisfy { $0.parent == "testcase" })
      #expect(found.allSatisfy { $0.attributes["message"]?.isEmpty == false })
    }
    let names = elements.named("testcase").compactMap { $0.attributes["name"] }
    #expect(names.contains("b<&\" x 8 bits symmetric narrow tensor"), "names survive escaping")
  }

  @Test("JUnit: a comparison of nothing is an error, broken invariants are failures")
  func junitNothing() throws {
    let nothing = try XMLElements(GateJUnit(Gate([], baseline: []), name: "n").xml)
    #expect(nothing.all.first?.attributes["errors"] == "1")
    let broken = try record("t\u{1}", "x", mse: .nan)
    let xml = GateJUnit(Gate([broken], baseline: [broken]), name: "n").xml
    #expect(try XMLElements(xml).all.first?.attributes["failures"] == "1")
    #expect(xml.contains("t\\u{01} x"), "XML has no control characters")
  }

  @Test("annotations point at the row of the baseline and escape what would end them")
  func annotations() throws {
    let lines = GateAnnotations(try gate(), title: "r,s", baselinePath: "base:1.csv").text
      .split(separator: "\n")
    #expect(lines.count == 3)
    #expect(
      lines.first.map(String.init)
        == "::error file=base%3A1.csv,line=2,title=worse::"
        + "a x 8 bits symmetric narrow tensor: mse 1 -> 2 (+100 %25), worse")
    #expect(lines[1].hasPrefix("::error file=base%3A1.csv,line=3,title=missing::b<&\" x"))
    #expect(lines[2].hasPrefix("::notice file=base%3A1.csv,title=r%2Cs::failed, regression"))
    let old = try (0..<20).map { try record("t\($0)", "x", mse: 1) }
    let many = GateAnnotations(Gate([], baseline: old), title: "r", baselinePath: "b").text
    #expect(many.split(separator: "\n").count { $0.hasPrefix("::error") } == GateAnnotations.limit)
    #expect(many.contains("::and 11 more"))
  }

  @Test("JSON lists every cell that is not as before, infinities as text")
  func json() throws {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    let data = try encoder.encode(GateDocument(try gate()))
    let document = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(document["verdict"] as? String == "regression")
    #expect(document["compared_cells"] as? Int == 3 && document["baseline_cells"] as? Int == 5)
    let cells = try #require(document["cells"] as? [[String: Any]])
    #expect(cells.compactMap { $0["state"] as? String } == ["worse", "missing", "better", "new"])
    #expect(cells.first?["baseline_row"] as? Int == 2)
  }
}
