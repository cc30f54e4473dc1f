import Foundation
import Reports
import ResultAnalysis
import ResultRecords
import Testing

@Suite struct ComparisonRenderingTests {
  /// Three estimators on some tensors: `a` is best everywhere, `b` and `c` take turns; `d_x` was
  /// measured once.
  private func comparison(tensors: Int = 8) throws -> ErrorComparison {
    let records = try (0..<tensors).flatMap { index in
      [
        try record("t\(index)", "a", mse: 1),
        try record("t\(index)", "b", mse: index % 2 == 0 ? 2 : 4),
        try record("t\(index)", "c[p=1 q<2]", mse: index % 2 == 0 ? 4 : 2),
      ]
    }
    return try ErrorComparison(
      ErrorTable(estimatorsOf: records + [try record("t0", "d_x", mse: 9)]))
  }

  @Test("text has the table, the diagram and what is missing")
  func text() throws {
    let text = ComparisonReport(try comparison()).text
    #expect(text.contains("| a *        |         1 |"))
    // Half the tensors have a ratio of 2, half of 4; 2.5 % of the resamples of 8 have one of 4 or
    // none: 2^(9/8) = 2.181, and as many the other way round.
    #expect(text.contains("| b          |     2.828 | 2.181 to 3.668 |"), "\(text)")
    #expect(text.contains("  1.00  a\n  2.50  b           |\n  2.50  c[p=1 q<2]  |\n"), "\(text)")
    #expect(text.contains("Not ranked, for want of some of the 8 cells: d_x (1)."))
    #expect(text.contains("With 8 tensors only large"))
  }

  @Test("too few tensors are said, where p-values would stand is a dash, and there is no diagram")
  func tooFew() throws {
    let report = ComparisonReport(try comparison(tensors: 5))
    #expect(report.text.contains("Too few tensors for a test (5; 6 needed)."))
    #expect(!report.text.contains("CRITICAL"))
    #expect(!report.text.contains("0.0"), "no p-value anywhere")
  }

  @Test("Markdown quotes names and keeps the reference's star")
  func markdown() throws {
    let markdown = ComparisonReport(try comparison()).markdown
    #expect(markdown.hasPrefix("# Comparison of 4 estimators\n\n8 cells, 8 tensors."))
    #expect(markdown.contains("| `a` \\*") && markdown.contains("| `c[p=1 q<2]` |"))
    #expect(markdown.contains("```text\n  rank\n"))
  }

  @Test("CSV has a row for each slice and contender, all of the same width")
  func csv() throws {
    let lines = ComparisonCSV(try comparison()).text.split(separator: "\n")
    #expect(lines.first.map(String.init) == ComparisonCSV.columns.joined(separator: ","))
    #expect(lines.count == 5)
    for line in lines {
      #expect(line.count { $0 == "," } == ComparisonCSV.columns.count - 1, "\(line)")
    }
    #expect(lines[1].hasPrefix("all,,a,a,8,8,") && lines[1].hasSuffix(",1.0"))
    #expect(lines[2].hasPrefix("all,,b,a,8,8,0,2.8284271247461"))
    #expect(lines[4].hasPrefix("all,,d_x,a,1,1,0,9.") && lines[4].hasSuffix(",2,"))
  }

  @Test("LaTeX escapes what it would read as commands")
  func latex() throws {
    let latex = ComparisonLaTeX(try comparison()).text
    #expect(latex.contains("d\\_x & 9 & -- &") && latex.contains("95 \\% interval"))
    #expect(latex.contains("c{[}p=1 q<2{]} & 2.828 &"))
    let begins = latex.split(separator: "\\begin{").count
    #expect(begins == latex.split(separator: "\\end{").count && begins == 3)
    let rows = latex.split(separator: "\n").filter { $0.hasSuffix("\\\\") }
    #expect(Set(rows.map { $0.count { $0 == "&" } }).count == 1)
  }

  @Test("JSON has everything, with the keys scripts rely on")
  func json() throws {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    let data = try encoder.encode(ComparisonDocument(try comparison()))
    let document = try #require(
      try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(document["reference"] as? String == "a" && document["kind"] as? String == "estimators")
    let slice = try #require((document["slices"] as? [[String: Any]])?.first)
    #expect((slice["pairs"] as? [[String: Any]])?.count == 3)
    #expect(slice["wilcoxon_groups"] as? [[String]] == [["b", "c[p=1 q<2]"]])
    let pair = try #require((slice["comparisons"] as? [[String: Any]])?.first)
    #expect(pair["p"] as? Double == 2.0 / 256 && pair["p_holm"] as? Double == 4.0 / 256)
    #expect(pair["method"] as? String == "exact" && (pair["interval"] as? [Double])?.count == 2)
    #expect((slice["unranked"] as? [[String: Any]])?.first?["contender"] as? String == "d_x")
  }

  @Test("the diagram is valid XML, the same bytes twice, inside its frame, names escaped")
  func svg() throws {
    let ranking = try #require(try comparison().slices.first?.ranking)
    for groups in CriticalDifferenceDiagram.Groups.allCases {
      let diagram = try #require(
        CriticalDifferenceDiagram(ranking, groups: groups, level: 0.05))
      let svg = diagram.svg
      #expect(svg == CriticalDifferenceDiagram(ranking, groups: groups, level: 0.05)?.svg)
      #expect(svg.contains("c[p=1 q&lt;2] 2.50") || svg.contains("c[p=1 q&lt;2]  2.50"))
      #expect(
        svg.contains("<title id=\"critical-difference-title\">") && svg.contains("role=\"img\""))
      let elements = try XMLElements(svg)
      let root = try #require(elements.all.first)
      let width = try #require(root.attributes["width"].flatMap { Double($0) })
      let height = try #require(root.attributes["height"].flatMap { Double($0) })
      let bars = elements.all.filter { $0.attributes["class"] == "rl-s-c0" }
      #expect(bars.count == 1)
      for path in elements.all.compactMap({ $0.attributes["d"] }) {
        let numbers = path.split { "ML ".contains($0) }.compactMap { Double($0) }
        #expect(numbers.count.isMultiple(of: 2) && !numbers.isEmpty)
        for (index, number) in numbers.enumerated() {
          #expect(number >= 0 && number <= (index.isMultiple(of: 2) ? width : height), "\(path)")
        }
      }
    }
  }
}
