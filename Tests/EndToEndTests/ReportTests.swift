import _TestSupport
import Foundation
import Testing

/// `rangelab report` as a user meets it.
@Suite struct ReportTests {
  private let quickstart = RangeLabProgram.root + "/results/quickstart"

  @Test func `a page, figures and tables are written, the same bytes twice`() throws {
    let work = try Workspace()
    let run = try work.run("report", quickstart, "-o", "out")
    #expect(run.code == 0 && run.output == "out/report.html\n", "\(run.messages)")
    let page = try work.bytes("out/report.html")
    #expect(try work.names(in: "out") == ["figures", "report.html", "summary.md"])
    let figures = try work.names(in: "out/figures")
    #expect(figures.contains("critical-difference.svg"))
    #expect(figures.allSatisfy { $0.hasSuffix(".svg") })
    // The summary of the run, with its question, is the summary of the report.
    let summary = try String(contentsOfFile: quickstart + "/summary.md", encoding: .utf8)
    #expect(try work.text("out/summary.md") == summary)
    #expect(try work.run("report", quickstart, "-o", "elsewhere/deep").code == 0)
    #expect(try work.bytes("elsewhere/deep/report.html") == page)
  }

  @Test func `a question is kept beside the verdict of another release, not beside other tables`()
    throws
  {
    let work = try Workspace()
    try FileManager.default.createDirectory(
      atPath: work.path + "/quickstart", withIntermediateDirectories: true)
    try work.write(
      try String(contentsOfFile: quickstart + "/results.csv", encoding: .utf8),
      to: "quickstart/results.csv")
    let summary = try String(contentsOfFile: quickstart + "/summary.md", encoding: .utf8)
    let earlier = summary.replacing("Use `mse` at every", with: "**`mse`** wins at every")
    #expect(earlier != summary)
    try work.write(earlier, to: "quickstart/summary.md")
    #expect(try work.run("report", "quickstart", "-o", "out").code == 0)
    #expect(try work.text("out/summary.md") == summary)
    try work.write(summary.replacing("| ", with: "|  "), to: "quickstart/summary.md")
    #expect(try work.run("report", "quickstart", "-o", "out").code == 0)
    #expect(try !work.text("out/summary.md").contains("Which range estimator"))
  }

  @Test func `the run's note and the manifest's question are on the page`() throws {
    let work = try Workspace.sample()
    #expect(try work.run("run", "m.yaml").code == 0)
    let run = try work.run("report", "m.yaml", "-o", "out")
    #expect(run.code == 0, "\(run.messages)")
    let page = try work.text("out/report.html")
    #expect(page.contains("rangelab run m.yaml&#10;rangelab report m.yaml -o report</code>"))
    #expect(page.contains("instruction set") && !page.contains("no provenance.json"))
    try work.write("{", to: "results/small/provenance.json")
    let broken = try work.run("report", "m.yaml", "-o", "out")
    #expect(
      broken.code == 65 && broken.messages.contains("results/small/provenance.json: cannot be"))
    #expect(try work.text("out/report.html") == page)
  }

  @Test func `several results have a section and a folder each`() throws {
    let work = try Workspace.sample()
    #expect(try work.run("run", "m.yaml", "-o", "one").code == 0)
    #expect(try work.run("run", "m.yaml", "-o", "two").code == 0)
    #expect(try work.run("report", "one", "two/results.csv", quickstart, "-o", "out").code == 0)
    #expect(
      try work.names(in: "out") == ["quickstart", "report.html", "small", "small-2"])
    #expect(try work.names(in: "out/small-2").contains("summary.md"))
    let page = try work.text("out/report.html")
    #expect(
      page.contains("id=\"part-3-verdict\"") && page.contains("<h1>small, small, quickstart</h1>"))
  }

  @Test(arguments: [
    ("report none -o out", 66, "none: cannot be opened"),
    ("report none.yaml -o out", 66, "none.yaml"),
    ("report w.npy -o out", 65, "w.npy: "),
    ("report empty.csv -o out", 65, "empty.csv has no rows: there is nothing to report"),
    ("report RESULTS -o w.npy", 64, "w.npy: the output directory cannot be created"),
    ("report RESULTS RESULTS -o out", 64, "is there twice"),
    ("report RESULTS", 64, "--output"),
    ("report -o out", 64, "Missing"),
  ])
  func `what cannot be reported says why`(line: String, code: Int32, message: String) throws {
    let work = try Workspace.sample()
    try work.expectFailure(line, code, message)
    #expect(!work.exists("out"))
  }

  @Test func `a report that cannot be written whole leaves the old one`() throws {
    let work = try Workspace.sample()
    #expect(try work.run("run", "m.yaml", "-o", "one").code == 0)
    #expect(try work.run("report", "one", "-o", "out").code == 0)
    let page = try work.bytes("out/report.html")
    // The first diagram cannot take its name: a folder is in its place.
    try FileManager.default.createDirectory(
      atPath: work.path + "/out/figures/critical-difference.svg", withIntermediateDirectories: true)
    let run = try work.run("report", quickstart, "-o", "out")
    #expect(run.code == 64 && run.messages.contains("is a directory"))
    #expect(try work.bytes("out/report.html") == page)
    #expect(try work.names(in: "out") == ["figures", "report.html", "summary.md"])
  }
}
