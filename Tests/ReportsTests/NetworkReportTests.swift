import Figures
import Foundation
import Reports
import ResultAnalysis
import ResultRecords
import Testing

@Suite("Networks in reports")
struct NetworkReportTests {
  private let rules = ["a", "b", "c", "d", "e", "f", "g"]

  private func subject(
    _ rows: [NetworkRecord], rules: [String]? = nil
  ) throws -> ReportSubject {
    ReportSubject(
      name: "trial", records: try networkCells(rules ?? self.rules), networks: rows,
      origin: ReportOrigin(path: "r.csv", contentHash: "", commands: []))
  }

  private func page(_ rows: [NetworkRecord]) throws -> PageDocument {
    try PageDocument(ReportPage([subject(rows)]).html)
  }

  private func section(_ page: PageDocument, _ id: String) throws -> PageDocument.Element {
    try #require(page.all.first { $0["aria-labelledby"] == id })
  }

  @Test func `the verdict speaks of accuracy first, then of tensors`() throws {
    let page = try page(networkRows(rules))
    let advice = page.all.filter { $0["class"] == "advice" }.map(\.text)
    #expect(
      advice.first
        == "In net, a keeps most accuracy at 4 bits (80.00 %); at 8 bits no difference between 7 rules "
        + "can be seen (most: a 91.80 %); float has 92.00 %.")
    #expect(advice.count == 2 && advice[1].hasPrefix("Use a at every bit width"))
    let certainty = page.all.first { $0["class"] == "certainty" }?.text
    #expect(
      certainty
        == "Against float, no difference of the best can be seen at 8 bits (McNemar's p = 0.250); at 4 "
        + "bits the best loses 12.00 percentage points (p = 1.0e-09).")
    let verdict = try section(page, "verdict").text
    // 918 of 1000: 0.8994 to 0.9335 by Wilson; 800 of 1000 ends at 0.7742, above that of 740.
    #expect(
      verdict.contains("918 of 100091.80 % (89.94 to 93.34)0.200.25024.06 of 6"), "\(verdict)")
    #expect(verdict.contains("800 of 100080.00 % (77.41 to 82.36)12.001.0e-0912.00 of 6"))
    #expect(verdict.contains("On tensors alone"))
  }

  @Test func `the section says whether tensor error tells the cost, and has every row`() throws {
    var rows = networkRows(rules)
    rows.append(
      NetworkRecord(
        NetworkRecord.Key(
          model: "net", data: "d.npz", estimator: "h", bits: 4, weights: "int4-narrow",
          activations: "uint4-affine", granularity: "channel"), nil, status: "skipped: no h"))
    let page = try page(rows)
    let text = try section(page, "networks").text
    #expect(text.contains("net: weights by channel, activations unsigned"))
    #expect(text.contains("The float network has 920 right: 92.00 %"))
    #expect(text.contains("a has the least error on tensors and keeps most of 7 rules, 91.80 %."))
    // The same order on both sides.
    #expect(
      text.contains("with accuracy lost 1.00 (1.00 to 1.00), with the error of the outputs 1.00"))
    #expect(!text.contains("Good on tensors and bad"))
    let table = try #require(page.named("table").first { $0["id"] == "networks-1-rows" })
    #expect(table["class"] == "rows sortable" && table.text.contains("skipped: no h"))
    #expect(table.text.contains("a80 %91891.80 %89.94 to 93.340.200.25090.00 %24.0123\u{202F}456"))
    #expect(
      page.named("figure").compactMap { $0["id"] } == [
        "figure-network-net-accuracy", "figure-network-net-error",
      ])
    #expect(page.named("a").contains { $0["href"] == "#networks" })
  }

  @Test func `rules that are good on tensors and bad in the network are named`() throws {
    // The order in the network is the other way round.
    let backwards = networkRows(rules.reversed())
    let text = try section(try page(backwards), "networks").text
    #expect(
      text.contains(
        "a has the least error on tensors and is number 7 of 7 rules in the network, 91.20 %; g has 91.80 %: no difference can be seen."
      ), "\(text)")
    #expect(text.contains("g has 80.00 %, and the intervals do not overlap."))
    #expect(text.contains("with accuracy lost −1.00 (−1.00 to −1.00)"))
    #expect(
      text.contains(
        "Good on tensors and bad in the network: a (1 of 7 on tensors, 7 in the network: 18.0 dB, 91.20 %) and b (2 of 7"
      ))
    #expect(
      text.contains(
        "Bad on tensors and good in the network: g (7 of 7 on tensors, 1 in the network"))
  }

  @Test func `from how many others the best cannot be told is said`() throws {
    // c is as good as a at 4 bits, b is not.
    let rows = networkRows(["a", "b", "c"]).map { row in
      guard row.key.estimator == "c", row.key.bits == 4, let best = row.figures else { return row }
      return NetworkRecord(
        row.key,
        NetworkRecord.Figures(
          samples: 1000, floatRight: 920, right: 795, pValue: 1e-9, mrr: nil, agreement: 0.9,
          outputMse: best.outputMse, outputSqnrDb: best.outputSqnrDb, outputCosine: 1,
          outputKl: 0, bytes: 1))
    }
    let other = networkRows(["a", "b"], model: "other")
    let page = try page(rows + other)
    let certainty = page.all.filter { $0["class"] == "certainty" }.map(\.text)
    let first = """
      In net: no difference can be seen between the best and 1 of the 2 other rules at 4 bits. \
      Against float, no difference of the best can be seen at 8 bits (McNemar's p = 0.250); at 4 \
      bits the best loses 12.00 percentage points (p = 1.0e-09).
      """
    let second = """
      In other: against float, no difference of the best can be seen at 8 bits (McNemar's p = \
      0.250); at 4 bits the best loses 12.00 percentage points (p = 1.0e-09).
      """
    try #require(certainty.count >= 2)
    #expect(certainty[0] == first)
    #expect(certainty[1] == second)
    #expect(page.all.filter { $0["class"] == "advice" }.count == 3)
  }

  @Test func `without labels the outputs are compared`() throws {
    let page = try page(networkRows(rules, hasLabels: false))
    let advice = page.all.first { $0["class"] == "advice" }?.text
    #expect(advice == "In net, a keeps the outputs closest at 8 and 4 bits (24.0 dB, 12.0 dB).")
    #expect(page.named("figure").compactMap { $0["id"] } == ["figure-network-net-error"])
    #expect(!(try section(page, "networks").text.contains("accuracy")))
  }

  @Test func `without rows of networks nothing is said of them`() throws {
    let html = ReportPage([try subject([])]).html
    for word in ["Networks", "network", "McNemar"] {
      #expect(!html.contains(">\(word)"), "\(word)")
    }
  }

  @Test func `the summary opens in the same words`() throws {
    let summary = Summary(
      title: "T", records: try networkCells(rules), networks: networkRows(rules))
    let paragraph = try #require(summary.markdown.split(separator: "\n\n").dropFirst().first)
    #expect(paragraph.hasPrefix("In `net`, `a` keeps most accuracy at 4 bits (80.00 %); at 8 bits"))
    #expect(paragraph.contains("(p = 1.0e-09). On tensors alone:\nUse `a` at every bit width"))
    #expect(summary.brief.hasPrefix("## Network net: weights by channel"))
    #expect(summary.markdown.contains(summary.brief))
  }

  @Test func `two files have their rows side by side in every format`() throws {
    let cells = try networkCells(rules)
    let comparison = try ErrorComparison(ErrorTable(files: [("old", cells), ("new", cells)]))
    // In the new file each rule is what the rule before it was; the first has no row there.
    let new = networkRows(Array(rules.dropFirst()))
    let networks = try #require(
      NetworkComparison([("old", networkRows(rules)), ("new", new)], reference: "old"))
    #expect(networks.pairs.count == 12 && networks.unpaired == 2)
    let text = ComparisonReport(comparison, networks: networks).text
    #expect(text.contains("NETWORKS\n\n| network | rule | bits | reference accuracy |"))
    let row = text.split(separator: "\n").first { $0.hasPrefix("| net     | b    |    4 |") }
    let cellsOfRow = row?.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
    #expect(
      cellsOfRow
        == ["net", "b", "4", "74.00 %", "80.00 %", "6.00", "yes", "11.0", "12.0", "1.0"], "\(text)")
    #expect(text.contains("2 rows are not judged in both files."))
    #expect(
      ComparisonReport(comparison, networks: networks).markdown.contains("| `net`   | `b`  |"))
    let latex = ComparisonLaTeX(comparison, networks: networks).text
    #expect(latex.contains("net & b & 4 & 74.00 \\% & 80.00 \\% & 6.00 & yes & 11.0 & 12.0 & 1.0"))
    let lines = ComparisonCSV(comparison, networks: networks).text.split(separator: "\n")
    let widths = Set(lines.map { $0.count { $0 == "," } })
    #expect(widths == [ComparisonCSV.columns.count + ComparisonCSV.networkColumns.count - 1])
    #expect(
      lines.filter { $0.hasPrefix("network,net b 4 bits") }.allSatisfy {
        $0.hasSuffix(",true,11.0,12.0,1.0")
      })
    let data = try JSONEncoder().encode(ComparisonDocument(comparison, networks: networks))
    let document = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect((document["networks"] as? [Any])?.count == 12)
    // Nothing changes without rows.
    #expect(!ComparisonReport(comparison).text.contains("NETWORKS"))
    #expect(
      ComparisonCSV(comparison).text.hasPrefix(ComparisonCSV.columns.joined(separator: ",") + "\n"))
  }

  @Test func `a gate's findings on rows have a suite and a place of their own`() throws {
    let cells = try networkCells(["a"])
    let (before, now) = (networkRows(["a", "b"]), networkRows(["a", "c"], factor: 2))
    let gate = Gate(cells, baseline: cells, networks: GateNetworks(now: now, before: before))
    let text = GateReport(gate, title: "r").text
    let place = "network net a 8 bits int8-narrow uint8-affine channel on d.npz"
    #expect(text.hasPrefix("worse: network net a 4 bits"), "\(text)")
    #expect(text.contains("worse: \(place): output_mse 0.01 -> 0.02 (+100 %), worse\n"))
    #expect(text.contains("missing: network net b 8 bits"))
    #expect(
      text.hasSuffix(
        "r: failed, regression: compared 4 of 4 cells and 2 of 4 rows of networks of the baseline\n"
      ))
    let elements = try XMLElements(GateJUnit(gate, name: "n").xml)
    #expect(
      elements.named("testsuite").compactMap { $0.attributes["name"] }
        == ["a", "networks", "invariants", "gate"])
    #expect(elements.named("failure").count == 2 && elements.named("error").count == 2)
    let lines = GateAnnotations(gate, title: "t", baselinePath: "b.csv", networksPath: "n.csv").text
      .split(separator: "\n")
    #expect(
      lines.first?.hasPrefix("::error file=n.csv,line=4,title=worse::network net a 4 bits") == true)
    #expect(lines.last?.hasPrefix("::notice file=b.csv,") == true)
    let data = try JSONEncoder().encode(GateDocument(gate))
    let document = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let networks = try #require(document["networks"] as? [String: Any])
    #expect(networks["baselineRows"] as? Int == 4 && networks["comparedRows"] as? Int == 2)
    #expect(
      (networks["rows"] as? [[String: Any]])?.compactMap { $0["state"] as? String } == [
        "worse", "worse", "missing", "missing", "new", "new",
      ])
    let plain = Gate(cells, baseline: cells)
    let without = try JSONEncoder().encode(GateDocument(plain))
    #expect(!String(decoding: without, as: UTF8.self).contains("networks"))
    #expect(GateReport(plain, title: "r").text.hasSuffix("compared 4 of 4 cells of the baseline\n"))
  }
}
