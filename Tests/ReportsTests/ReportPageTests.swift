import Figures
import Foundation
import QuantizationCore
import Reports
import ResultRecords
import TensorIO
import Testing

@Suite struct ReportPageTests {
  /// Eight tensors, three estimators at two widths; `a` is best everywhere, `c` is not defined at 8
  /// bits and fails once.
  private func records() throws -> [ResultRecord] {
    var records: [ResultRecord] = []
    for index in 0..<8 {
      let tensor = "t\(index)"
      for bits in [4, 8] {
        let status: ResultRecord.Status =
          bits == 8 ? .skipped("not at 8 bits") : index == 0 ? .failed("no memory") : .ok
        let more = 1.5 + 0.1 * Double(index)
        records += [
          try record(tensor, "a", bits: bits, mse: 1),
          try record(tensor, "b[p=1]", bits: bits, mse: more, clipping: 1),
          try record(tensor, "c", bits: bits, mse: status == .ok ? 3 : nil, status: status),
        ]
      }
    }
    return records
  }

  private func subject(
    _ records: [ResultRecord], name: String = "trial", figures: [Figure] = []
  ) -> ReportSubject {
    var subject = ReportSubject(
      name: name, question: "Which?", records: records,
      origin: ReportOrigin(
        path: "results/trial/results.csv", contentHash: "abc123",
        provenance: [("tool", "rangelab 0.3")], commands: ["rangelab run m.yaml"]))
    subject.figures = figures
    return subject
  }

  private func page(_ records: [ResultRecord]) throws -> PageDocument {
    try PageDocument(ReportPage([subject(records)]).html)
  }

  @Test func `the same results give the same bytes, whatever order they come in`() throws {
    let records = try records()
    let html = ReportPage([subject(records)]).html
    #expect(html == ReportPage([subject(records)]).html)
    #expect(html == ReportPage([subject(records.reversed())]).html)
  }

  @Test func `nothing is loaded from anywhere`() throws {
    let html = ReportPage([subject(try records())]).html
    let page = try PageDocument(html)
    let policy = try #require(page.named("meta").first { $0["http-equiv"] != nil }?["content"])
    #expect(policy.hasPrefix("default-src 'none'; ") && policy.contains("script-src 'sha256-"))
    for element in page.all {
      for name in ["src", "href", "srcset", "action", "data", "poster", "xlink:href"] {
        guard let value = element[name] else { continue }
        #expect(value.hasPrefix("#") || value == "data:,", "\(element.name) \(name)=\(value)")
      }
    }
    #expect(!html.contains("@import") && !html.contains("url(h"))
    // Names of vocabularies are no addresses to load.
    let names = ["http://www.w3.org/2000/svg", "http://www.w3.org/1999/xhtml"]
    #expect(!names.reduce(html) { $0.replacing($1, with: "") }.contains("//www"))
  }

  @Test func `the policy's hash is that of the script`() throws {
    let html = ReportPage([subject(try records())]).html
    let script = try #require(html.firstMatch(of: #/<script>((?s:.*?))</script>/#)?.output.1)
    let digits = Array(ContentHash.of(String(script)))
    let bytes = stride(from: 0, to: digits.count, by: 2).compactMap {
      UInt8(String(digits[$0...($0 + 1)]), radix: 16)
    }
    // In an attribute the quotes of the policy are as they are.
    #expect(html.contains("script-src 'sha256-\(Data(bytes).base64EncodedString())'"))
  }

  @Test func `headings go down one level at a time, ids are unique, links have targets`() throws {
    let one = try page(try records())
    let two = try PageDocument(
      ReportPage([subject(try records()), subject(try records(), name: "again")]).html)
    for page in [one, two] {
      let levels = page.all.compactMap { element in
        element.name.count == 2 && element.name.first == "h"
          ? Int(String(element.name.dropFirst())) : nil
      }
      #expect(levels.first == 1 && levels.count { $0 == 1 } == 1)
      for (level, next) in zip(levels, levels.dropFirst()) { #expect(next <= level + 1) }
      let ids = page.all.compactMap { $0["id"] }
      #expect(Set(ids).count == ids.count)
      var references: [String] = []
      for element in page.all {
        for list in [element["aria-labelledby"], element["aria-describedby"]] {
          references += (list ?? "").split(separator: " ").map(String.init)
        }
        if let link = element["href"], link.hasPrefix("#") {
          references.append(String(link.dropFirst()))
        }
      }
      #expect(!references.isEmpty)
      for id in references { #expect(ids.contains(id), "nothing has the id \(id)") }
    }
  }

  @Test func `tables have captions, scopes and a region that the keyboard reaches`() throws {
    let page = try page(try records())
    let tables = page.named("table")
    #expect(tables.count == 12 && page.named("caption").count == tables.count)
    for heading in page.named("th") { #expect(["row", "col"].contains(heading["scope"])) }
    let regions = page.all.filter { $0["class"] == "scroll" }
    #expect(regions.count == tables.count)
    for region in regions { #expect(region["tabindex"] == "0" && region["role"] == "region") }
    #expect(page.named("main").count == 1 && page.named("html").first?["lang"] == "en")
  }

  @Test func `every measured cell stands in the table of its tensor`() throws {
    let records = try records()
    let page = try page(records)
    let drawers = page.named("details").filter { $0["class"] == "tensor" }
    #expect(drawers.compactMap { $0["data-t"] } == (0..<8).map { "t\($0)" })
    // Regret, SQNR, clipping share and MSE for each.
    let measured = records.count(where: \.isMeasured)
    #expect(page.named("i").count == 4 * measured)
    let words = page.named("td").compactMap { $0["class"] }
    #expect(words.count { $0 == "failed" } == 1 && words.count { $0 == "skipped" } == 8)
    let values = page.named("td").filter { $0.ancestors.contains("details") }
      .compactMap { $0["data-v"] }
    #expect(values.count == measured && values.contains("0.530628251"))
  }

  @Test func `the headline has mean regrets, and marks only what was measured everywhere`() throws {
    let page = try page(try records())
    let cells = page.named("td").filter { $0["data-col"] != nil }
    let texts = cells.map(\.text)
    // a: no regret anywhere; b: the geometric mean of 1.5, 1.6 ... 2.2 is 1.8356.
    #expect(
      texts.prefix(12) == [
        "0 %", "0 %", "0 %", "0 %", "0 %", "16", "84 %", "84 %", "84 %", "120 %", "55 %", "16",
      ], "\(texts)")
    #expect(texts.suffix(6) == ["200 %", "–", "200 %", "200 %", "0 %", "7"])
    let daggers = page.named("th").filter { $0.text.hasSuffix("†") }.map(\.text)
    #expect(daggers == ["c†"])
    #expect(cells.first?["class"] == "s0 best" && cells[6]["class"] == "s3 second")
  }

  @Test func `what failed or was skipped is grouped with its reason, failures also by cell`() throws
  {
    let page = try page(try records())
    let section = try #require(page.all.first { $0["aria-labelledby"] == "gaps" })
    #expect(section.text.contains("1 cell failed. 8 cells were skipped"))
    #expect(section.text.contains("no memory") && section.text.contains("not at 8 bits"))
    #expect(section.text.contains("t0 c 4 bits symmetric narrow tensor: failed: no memory"))
  }

  @Test func `where results come from is said`() throws {
    let page = try page(try records())
    let section = try #require(page.all.first { $0["aria-labelledby"] == "origin" })
    for text in ["results/trial/results.csv", "abc123", "rangelab 0.3", "rangelab run m.yaml"] {
      #expect(section.text.contains(text))
    }
    #expect(!section.text.contains("no provenance.json"))
  }

  @Test func `names are text, never markup`() throws {
    let evil = #"</script><img src=x onerror="alert(1)">&'"#
    var records = try (0..<7).flatMap { index in
      [try record("t\(index)", "a", mse: 1), try record("t\(index)", evil, mse: 2)]
    }
    records += [try record(evil, "a", mse: nil, status: .failed(evil))]
    var subject = subject(records, name: evil)
    subject.tensorFigures = [
      "t0": [Figure(name: "x", title: evil, description: evil, svg: "<svg/>")]
    ]
    let html = ReportPage([subject]).html
    #expect(!html.contains("<img"))
    let page = try PageDocument(html)
    #expect(page.named("script").count == 1 && page.named("img").isEmpty)
    #expect(page.named("h1").first?.text == evil)
    #expect(page.named("details").contains { $0["data-t"] == evil })
  }

  @Test func `figures keep their ids apart`() throws {
    let svg =
      #"<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" aria-labelledby="t d">"#
      + #"<title id="t">T</title><desc id="d">D</desc><path id="p" clip-path="url(#c)"/>"#
      + ##"<clipPath id="c"/><use href="#p"/></svg>"##
    let figures = ["one", "two"].map {
      Figure(name: $0, title: "F\($0)", description: "words of \($0)", svg: svg)
    }
    let subject = subject(try records(), figures: figures)
    let html = ReportPage([subject]).html
    let page = try PageDocument(html)
    let ids = page.all.compactMap { $0["id"] }
    #expect(Set(ids).count == ids.count)
    #expect(ids.contains("figure-one-t") && ids.contains("figure-two-c"))
    let paths = page.named("path").compactMap { $0["clip-path"] }
    #expect(paths.prefix(2) == ["url(#figure-one-c)", "url(#figure-two-c)"])
    #expect(page.named("use").map { $0["href"] } == ["#figure-one-p", "#figure-two-p"])
    #expect(page.named("figure").count == 2)
    #expect(html.contains("words of two"))
  }

  @Test func `nothing measured is said, not drawn`() throws {
    let page = try page([try record("t", "a", mse: nil, status: .skipped("why"))])
    #expect(
      page.all.contains { $0["class"] == "advice" && $0.text.hasPrefix("Nothing can be said") })
  }
}
