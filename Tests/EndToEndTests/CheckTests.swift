import _TestSupport
import Foundation
import Testing

/// The verdicts of `rangelab check` and its exit codes, as CI and people meet them.
@Suite struct CheckTests {
  @Test func `the committed baselines pass`() throws {
    let root = RangeLabProgram.root
    let names = try FileManager.default.contentsOfDirectory(atPath: root + "/results/baselines")
      .filter { $0.hasSuffix(".csv") }
    #expect(names.contains("quickstart.csv"))
    for name in names {
      let experiment = name.dropLast(4)
      let run = try RangeLabProgram.run(
        ["check", "results/\(experiment)", "--baseline", "results/baselines/\(name)"], in: root)
      #expect(run.code == 0 && run.output.contains("passed: compared "), "\(run.output)")
    }
  }

  @Test func `a worsened estimator exits 2 and its cells are named, with their loss`() throws {
    let work = try Workspace.checked()
    try work.write(try work.worsened("minmax"), to: "now.csv")
    let run = try work.run("check", "now.csv", "--baseline", "base.csv")
    #expect(run.code == 2, "\(run.output)")
    let named = run.output.split(separator: "\n").filter { $0.hasPrefix("worse: ") }
    #expect(named.count == 2 && named.allSatisfy { $0.contains("(+100 %), worse") })
    #expect(named.contains { $0.hasPrefix("worse: w minmax 4 bits symmetric narrow tensor: mse ") })
    #expect(run.output.hasSuffix("compared 4 of 4 cells of the baseline\n"))
    let back = try work.run("check", "out", "--baseline", "now.csv")
    #expect(back.code == 0 && back.output.contains("2 better"), "an improvement passes")
  }

  @Test func `a removed row exits 3, an empty or missing baseline 5`() throws {
    let work = try Workspace.checked()
    var rows = try work.rows()
    let removed = rows.remove(at: 2)
    try work.write(rows, to: "now.csv")
    let missing = try work.run("check", "now.csv", "--baseline", "base.csv")
    #expect(missing.code == 3)
    #expect(missing.output.hasPrefix("missing: w \(removed[2]) \(removed[3]) bits "))
    let other = try work.run("check", "out", "--baseline", "now.csv")
    #expect(other.code == 0 && other.output.contains("new: w "))
    try work.write([rows[0]], to: "header.csv")
    try work.write("", to: "empty.csv")
    for baseline in ["header.csv", "empty.csv", "none.csv"] {
      let run = try work.run("check", "out", "--baseline", baseline)
      #expect(run.code == 5 && run.output.contains("nothing was compared"), "\(baseline)")
    }
  }

  @Test func `columns of a later release do not matter`() throws {
    let work = try Workspace.checked()
    let longer = try work.rows().enumerated().map { $1 + [$0 == 0 ? "later" : "1"] }
    try work.write(longer, to: "longer.csv")
    #expect(try work.run("check", "longer.csv", "--baseline", "base.csv").code == 0)
    #expect(try work.run("check", "out", "--baseline", "longer.csv").code == 0)
  }

  @Test func `a manifest's results are found, and must have every cell it plans`() throws {
    let work = try Workspace.checked()
    let run = try work.run("check", "m.yaml", "-o", "out", "--baseline", "base.csv")
    #expect(run.code == 0, "\(run.messages)")
    try work.write(
      try work.text("m.yaml").replacing("bits: [4, 8]", with: "bits: [4, 6, 8]"), to: "more.yaml")
    let short = try work.run("check", "more.yaml", "-o", "out", "--baseline", "base.csv")
    #expect(short.code == 3 && short.output.contains("the manifest plans it, it was not run"))
  }

  @Test func `an error that beats the optimum exits 2 whatever the baseline says`() throws {
    let work = try Workspace.checked()
    let beaten = try work.rows().map { row in
      guard row[2] == "mse", let mse = Double(row[12]) else { return row }
      var row = row
      row[12] = "\(mse / 2)"
      row[13] = "0.0"
      row[14] = "\(mse / 2)"
      return row
    }
    try work.write(beaten, to: "now.csv")
    let run = try work.run("check", "now.csv", "--baseline", "now.csv")
    #expect(run.code == 2 && run.output.contains("broken invariant: the optimum is never beaten"))
  }

  @Test func `one check writes every format`() throws {
    let work = try Workspace.checked()
    try work.write(try work.worsened("minmax"), to: "now.csv")
    let run = try work.run(
      "check", "now.csv", "--baseline", "base.csv", "--format", "github", "--write",
      "junit=j.xml", "--write", "json=g.json", "--write", "markdown=g.md", "--write", "text=g.txt")
    #expect(run.code == 2)
    #expect(run.output.hasPrefix("::error file=base.csv,line="))
    #expect(
      try work.text("j.xml").hasPrefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites "))
    #expect(try work.text("g.md").hasPrefix("## ❌ now.csv"))
    #expect(try work.text("g.txt").hasPrefix("worse: "))
    let document = try JSONSerialization.jsonObject(with: Data(try work.bytes("g.json")))
    #expect((document as? [String: Any])?["verdict"] as? String == "regression")
    let wrong = try work.run("check", "out", "--baseline", "base.csv", "--write", "xml=a")
    #expect(wrong.code == 64 && wrong.messages.contains("--write cannot be 'xml=a'"))
  }
}
