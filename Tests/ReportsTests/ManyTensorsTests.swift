import Figures
import Foundation
import QuantizationCore
import Reports
import ResultRecords
import TensorIO
import Testing

@Suite struct ManyTensorsTests {
  /// Tensors `t0`, `t1` and so on, each worse for `b` than the one before it; `a` is the best.
  private func records(_ count: Int) throws -> [ResultRecord] {
    try (0..<count).flatMap { index in
      try [4, 8].flatMap { bits in
        [
          try record("t\(index)", "a", bits: bits, mse: 1, clipping: 0.25),
          try record("t\(index)", "b", bits: bits, mse: 2 + Double(index) / 10, clipping: 1),
        ]
      }
    }
  }

  private func subject(_ records: [ResultRecord]) -> ReportSubject {
    ReportSubject(
      name: "many", records: records,
      origin: ReportOrigin(path: "results.csv", contentHash: "abc", commands: []))
  }

  private func page(_ records: [ResultRecord]) throws -> PageDocument {
    try PageDocument(ReportPage([subject(records)]).html)
  }

  @Test func `a hundred tensors are all shown, one more and the ends are`() throws {
    let whole = subject(try records(100)).shown
    #expect(whole.isWhole && whole.tensors.count == 100)
    let shown = subject(try records(101)).shown
    #expect(shown.foldedCount == 61)
    let names = (81...100).reversed().map { "t\($0)" } + (0..<20).reversed().map { "t\($0)" }
    #expect(shown.tensors.map(\.text) == names)
  }

  @Test func `equal tensors are shown by name`() throws {
    let records = try (0..<101).flatMap { index in
      [try record("t\(index)", "a", mse: 1), try record("t\(index)", "b", mse: 2)]
    }
    let names = (0..<101).map { "t\($0)" }.sorted()
    let shown = subject(records).shown.tensors.map(\.text)
    #expect(shown == names.prefix(20) + names.suffix(20))
  }

  @Test func `tensors that failed are at neither end, and none is shown twice`() throws {
    let failed = try (30..<130).map { index in
      try record("t\(index)", "a", mse: nil, status: .failed("no memory"))
    }
    let shown = subject(try records(30) + failed).shown
    #expect(shown.tensors.map(\.text) == (0..<30).reversed().map { "t\($0)" })
    #expect(shown.foldedCount == 100)
  }

  @Test func `a page never shows less than five tensors of each end`() throws {
    // So many cells that there is room for nine tensors.
    let records = try (0..<11).flatMap { tensor in
      try (0..<2100).map { rule in
        try record("t\(tensor)", "r\(rule)", mse: Double(1 + rule * (1 + tensor)))
      }
    }
    let shown = subject(records).shown
    #expect(shown.tensors.count == 10 && shown.foldedCount == 1)
  }

  @Test func `the page unfolds the worst and the best and says how many are elsewhere`() throws {
    let page = try page(try records(300))
    let drawers = page.named("details").filter { $0["class"] == "tensor" }
    #expect(drawers.count == 40 && drawers.first?["data-t"] == "t299")
    #expect(drawers.last?["data-t"] == "t0")
    let boxes = page.named("input").filter { $0["value"]?.hasPrefix("t") == true }
    #expect(boxes.map { $0["value"] } == drawers.map { $0["data-t"] })
    let note = try #require(page.named("p").first { $0["class"] == "folded" }).text
    #expect(note.contains("Of 300 tensors 40 are here") && note.contains("the other 260"))
    #expect(page.named("caption").contains { $0.text.contains("over 300 tensors") })
  }

  @Test func `the sums for the script give the headline table again`() throws {
    let page = try page(try records(300))
    let rows = page.named("tr").filter { $0["data-sums"] != nil }
    #expect(rows.map { $0["data-e"] } == ["a", "b"])
    let sums = try rows.map { row in
      try #require(
        JSONSerialization.jsonObject(with: Data((row["data-sums"] ?? "").utf8)) as? [[Any]])
    }
    let values = page.named("td").filter { $0["data-col"] == "whole" }.compactMap { $0["data-v"] }
    let worst = page.named("td").filter { $0["data-col"] == "worst" }.compactMap { $0["data-v"] }
    for (index, own) in sums.enumerated() {
      #expect(own.map { $0[0] as? String } == ["4", "8"])
      #expect(own.map { $0[3] as? String } == ["b4", "b8"])
      func total(_ column: Int) -> Double { own.compactMap { $0[column] as? Double }.reduce(0, +) }
      #expect(total(4) == 600 && total(5) == 600 && total(8) == 600)
      #expect(String(format: "%.9g", total(6) / 600) == values[index])
      #expect(
        String(format: "%.9g", own.compactMap { $0[7] as? Double }.max() ?? 0)
          == worst[index])
    }
    // A quarter of the error of `a` is clipping in every cell.
    #expect(sums[0].allSatisfy { $0[9] as? Double == 7500 })
  }

  @Test func `a page of few tensors has no sums`() throws {
    #expect(!ReportPage([subject(try records(100))]).html.contains("data-sums="))
  }

  @Test func `tensors with many cells each are fewer`() throws {
    let widths = 2...8
    let records = try (0..<60).flatMap { tensor in
      try (0..<80).flatMap { rule in
        try widths.map { bits in
          try record("t\(tensor)", "r\(rule)", bits: bits, mse: Double(1 + rule + tensor))
        }
      }
    }
    #expect(subject(records).shown.tensors.count == 34)
  }

  @Test func `the summary lists the worst and the best of each width`() throws {
    let summary = Summary(title: "T", records: try records(300)).markdown
    let lines = summary.split(separator: "\n").filter { $0.hasPrefix("| `t") }
    #expect(lines.count == 80 && lines[0].hasPrefix("| `t299`"))
    #expect(lines[79].hasPrefix("| `t0` "))
    let remark =
      "\nShown: 20 tensors with the largest regret, first, and 20 with the least; 260 tensors more "
      + "are in results.csv.\n"
    #expect(summary.ranges(of: remark).count == 2)
    let whole = Summary(title: "T", records: try records(100)).markdown
    #expect(whole.split(separator: "\n").count { $0.hasPrefix("| `t") } == 200)
    #expect(!whole.contains("results.csv"))
  }

  @Test func `the heatmap has no more columns than a page is wide`() throws {
    let figure = try #require(
      ReportFigures(try records(300)).figures.first { $0.name == "heatmap-4-bits" })
    #expect(figure.svg.contains("276 tensors more"))
    #expect(figure.svg.contains(">t299<") && figure.svg.contains(">t0<"))
    #expect(!figure.svg.contains(">t150<"))
  }

  @Test func `reasons, failed cells and names are bounded, and counted`() throws {
    let failed = try (0..<500).map { index in
      try record("t\(index)", "a", mse: nil, status: .failed("no memory for \(index)"))
    }
    let records = failed + [try record("x", "a", mse: 1), try record("x", "b", mse: 2)]
    let page = try page(records)
    let rows = page.named("tr").filter { $0["class"] == "failure" }
    #expect(rows.count == 200)
    #expect(page.named("p").contains { $0.text == "300 reasons more are in results.csv." })
    #expect(page.named("li").contains { $0.text == "300 cells more are in results.csv." })
    #expect(page.named("p").contains { $0.text.hasPrefix("500 cells failed.") })
    let summary = Summary(title: "T", records: records).markdown
    #expect(summary.contains("- 400 reasons more: see results.csv\n"))
    #expect(summary.split(separator: "\n").count { $0.hasPrefix("- 1 cell: ") } == 100)
  }
}
