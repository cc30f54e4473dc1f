import _TestSupport
import Foundation
import Testing

/// What `report`, `compare`, `check` and `plan` make of the rows of networks.
@Suite(
  "Rows of networks, from a run to a verdict",
  .enabled(if: runtime != nil, "ONNX Runtime is missing: `make onnxruntime`"))
struct NetworkResultsTests {
  private let work: Workspace

  private static let rules = ["minmax", "mse", "percentile", "k-sigma", "octav", "aciq"]

  /// A workspace with the results of a small run in `out`, and a baseline that is the same.
  init() throws {
    work = try .networks("fashion", images: 24, seed: 4)
    try work.write(
      """
      name: small
      description: What do rules cost?
      models:
        - {file: fashion.onnx, calibration: d.npz, evaluation: d.npz}
      estimators: [\(Self.rules.joined(separator: ", "))]
      bits: [8, 4]

      """, to: "m.yaml")
  }

  private func ran() throws {
    let run = try work.run("run", "m.yaml", "-o", "out", "-j", "2")
    try #require(run.code == 0, "\(run.messages)")
    try work.write(try work.text("out/results.csv"), to: "base.csv")
    try work.write(try work.text("out/networks.csv"), to: "base.networks.csv")
  }

  /// Writes the rows of networks of `now` as those of `out` with one cell of one row changed, beside the
  /// same results.
  private func change(_ estimator: String, _ column: Int, _ value: (String) -> String) throws {
    let rows = try work.text("out/networks.csv").split(separator: "\n").map { line in
      var cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      if cells[2] == estimator, cells[3] == "8" { cells[column] = value(cells[column]) }
      return cells.joined(separator: ",") + "\n"
    }
    try work.write(try work.text("out/results.csv"), to: "now/results.csv")
    try work.write(rows.joined(), to: "now/networks.csv")
  }

  /// Some columns of a table whose cells have no commas.
  private func table(_ path: String, _ columns: [String]) throws -> [[String]] {
    let lines = try work.text(path).split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    let places = try columns.map { try #require(lines[0].firstIndex(of: $0)) }
    return lines.dropFirst().map { line in places.map { line[$0] } }
  }

  @Test func `a plan counts the rows, a run judges them once, and a report begins with them`()
    throws
  {
    let plan = try work.run("plan", "m.yaml", "-o", "out")
    #expect(
      plan.output.hasSuffix("\n12 network rows: 12 to judge, 0 cached, 0 left out by --filter\n"))
    let some = try work.run("plan", "m.yaml", "-o", "out", "--filter", " mse ").output
    #expect(some.hasSuffix("\n12 network rows: 2 to judge, 0 cached, 10 left out by --filter\n"))
    let first = try work.run("run", "m.yaml", "-o", "out", "-j", "2", "--filter", " mse ")
    #expect(
      first.code == 0
        && first.messages.contains(
          "2 network rows, 2 judged now\n10 network rows are not judged yet")
    )
    let second = try work.run("run", "m.yaml", "-o", "out", "-j", "2")
    #expect(second.messages.contains("12 network rows, 10 judged now\n"), "\(second.messages)")
    #expect(second.messages.contains("summary.md and results.csv, networks.csv"))
    #expect(second.output.hasPrefix("## Network fashion: weights by channel"))
    let table = try work.text("out/networks.csv")
    let again = try work.run("run", "m.yaml", "-o", "out")
    #expect(again.messages.contains("12 network rows, 0 judged now\n"))
    #expect(
      try work.run("plan", "m.yaml", "-o", "out").output.hasSuffix(
        " 0 to judge, 12 cached, 0 left out by --filter\n"))
    let forced = try work.run("plan", "m.yaml", "-o", "out", "--force", "--filter", " mse ").output
    #expect(forced.hasSuffix("12 network rows: 2 to judge, 10 cached, 0 left out by --filter\n"))
    #expect(
      try work.run("run", "m.yaml", "-o", "out", "--force").messages.contains("12 judged now"))
    #expect(try work.text("out/networks.csv") == table)

    let report = try work.run("report", "out", "-o", "page")
    #expect(report.code == 0, "\(report.messages)")
    let page = try work.text("page/report.html")
    #expect(page.contains("What do rules cost?") && page.contains("SHA-256 of networks"))
    #expect(try work.text("page/summary.md") == work.text("out/summary.md"))
    #expect(
      try work.names(in: "page/figures").filter { $0.hasPrefix("network-") } == [
        "network-fashion-accuracy.svg", "network-fashion-error.svg",
      ])
    // What keeps most at 4 bits, from the table.
    let rows = table.split(separator: "\n").dropFirst().map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    func order(_ row: [String]) -> (Double, Double) {
      (Double(row[8]) ?? -1, Double(row[16]) ?? -1)
    }
    let best = try #require(rows.filter { $0[3] == "4" }.max { order($0) < order($1) })
    let right = try Int((24 * #require(Double(best[8]))).rounded())
    #expect(page.contains("<td>4 bits</td><td><strong><code>\(best[2].prefix { $0 != "[" })"))
    #expect(page.contains("<td class=\"n\">\(right) of 24</td>"))
    // A page knows nothing of networks without their table, and no broken one.
    try work.write("model\nx\n", to: "out/networks.csv")
    let broken = try work.run("report", "out", "-o", "page")
    #expect(
      broken.code == 65 && broken.messages.contains("out/networks.csv: row 1: no column 'data'"))
    #expect(try work.text("page/report.html") == page)
    try FileManager.default.removeItem(atPath: work.path("out/networks.csv"))
    #expect(try work.run("report", "out", "-o", "plain").code == 0)
    #expect(try !work.text("plain/report.html").contains("McNemar"))
  }

  @Test func `two results have their rows side by side`() throws {
    try ran()
    try change("mse", 16) { "\((Double($0) ?? 0) - 2)" }
    for format in ["text", "markdown", "csv", "json", "latex"] {
      let run = try work.run("compare", "out", "now", "--format", format)
      #expect(run.code == 0 && run.messages.isEmpty, "\(run.messages)")
      #expect(run.output.lowercased().contains("network"), "\(format)")
    }
    let text = try work.run("compare", "out", "now").output
    let rows = text.split(separator: "\n").filter { $0.hasPrefix("| fashion") }
    #expect(rows.count == 12)
    let changed = rows.filter { $0.hasSuffix(" -2.0 |") || $0.hasSuffix(" −2.0 |") }
    #expect(changed.count == 1 && changed[0].hasPrefix("| fashion | mse"), "\(text)")
    let some = try work.run("compare", "out", "now", "-e", "mse", "octav", "--filter", " 8 bits")
    #expect(some.output.split(separator: "\n").count { $0.hasPrefix("| fashion") } == 2)
    try FileManager.default.removeItem(atPath: work.path("now/networks.csv"))
    try work.write(try work.text("out/results.csv"), to: "plain.csv")
    for format in ["text", "csv", "json", "latex"] {
      let run = try work.run("compare", "plain.csv", "now", "--format", format)
      #expect(!run.output.lowercased().contains("accuracy"), "\(format)")
    }
  }

  @Test func `a gate fails on a row that is worse or missing, with its place`() throws {
    try ran()
    let same = try work.run("check", "out", "--baseline", "base.csv")
    #expect(same.code == 0, "\(same.output)")
    #expect(same.output.contains("and 12 of 12 rows of networks of the baseline"))
    #expect(try work.run("check", "m.yaml", "-o", "out", "--baseline", "base.csv").code == 0)

    try change("mse", 15) { "\(2 * (Double($0) ?? 0))" }
    let worse = try work.run(
      "check", "now", "--baseline", "base.csv", "--format", "github", "--write", "junit=j.xml",
      "--write", "text=t.txt", "--write", "json=g.json")
    #expect(worse.code == 2)
    let place = "network fashion mse 8 bits int8-narrow uint8-affine channel on d.npz"
    #expect(worse.output.hasPrefix("::error file=base.networks.csv,line="))
    #expect(worse.output.contains(",title=worse::\(place): output_mse "))
    #expect(try work.text("t.txt").hasPrefix("worse: \(place): output_mse "))
    #expect(
      try work.text("j.xml").contains("<testsuite name=\"networks\" tests=\"12\" failures=\"1\""))
    #expect(try work.text("g.json").contains("\"compared_rows\" : 12"))
    try work.write("networks: {output_mse: {relative: 2}}\n", to: "loose.yaml")
    #expect(
      try work.run("check", "now", "--baseline", "base.csv", "--policy", "loose.yaml").code == 0)
    try work.write("networks: {output_mze: {relative: 2}}\n", to: "wrong.yaml")
    let wrong = try work.run("check", "now", "--baseline", "base.csv", "--policy", "wrong.yaml")
    #expect(wrong.code == 65 && wrong.messages.contains("did you mean 'output_mse'"))

    // Three right answers less, in the table and in the drop.
    try change("octav", 8) { "\(max(0, (Double($0) ?? 0) - 3.0 / 24))" }
    let lost = try work.run("check", "now", "--baseline", "base.csv")
    #expect(lost.code == 2 && lost.output.contains("right "), "\(lost.output)")

    try change("minmax", 2) { _ in "another" }
    let missing = try work.run("check", "now", "--baseline", "base.csv")
    #expect(missing.code == 3 && missing.output.hasPrefix("missing: network fashion minmax 8 bits"))
    #expect(missing.output.contains("new: network fashion another 8 bits"))
    try FileManager.default.removeItem(atPath: work.path("now/networks.csv"))
    let gone = try work.run("check", "now", "--baseline", "base.csv")
    #expect(gone.code == 3 && gone.output.contains("12 missing"))
  }

  @Test func `a baseline and its rows of networks are proposed and accepted together`() throws {
    try ran()
    try change("mse", 15) { "\(2 * (Double($0) ?? 0))" }
    let check = try work.run("check", "now", "--baseline", "base.csv", "--update-baseline")
    #expect(check.code == 2)
    #expect(try work.text("base.networks.csv.new") == work.text("now/networks.csv"))
    #expect(
      check.messages.contains("1 cell or row of networks changed (1 with a worse number)"),
      "\(check.messages)")
    let accept = try work.run("baseline", "accept", "base.csv", "--reason", "as it is")
    #expect(accept.code == 0, "\(accept.messages)")
    #expect(accept.output.contains("worse: network fashion mse 8 bits"))
    #expect(try work.text("base.networks.csv") == work.text("now/networks.csv"))
    #expect(!work.exists("base.networks.csv.new") && !work.exists("base.csv.new"))
    #expect(try work.run("check", "now", "--baseline", "base.csv").code == 0)
    // Results without networks become a baseline without them.
    try FileManager.default.removeItem(atPath: work.path("now/networks.csv"))
    #expect(try work.run("check", "now", "--baseline", "base.csv", "--update-baseline").code == 3)
    #expect(try work.run("baseline", "accept", "base.csv", "--reason", "no networks").code == 0)
    #expect(!work.exists("base.networks.csv"))
    #expect(try work.run("check", "now", "--baseline", "base.csv").code == 0)
  }

  @Test func `ranges of some batches are measured on others, and judged`() throws {
    func manifest(_ name: String, _ model: String, _ axis: String) throws {
      try work.write(
        """
        name: \(name)
        models:
          - {file: fashion.onnx, calibration: d.npz, evaluation: d.npz, batch_size: 8\(model)}
        estimators: [mse]
        bits: [8]
        \(axis)

        """, to: "\(name).yaml")
    }
    try manifest("held", "", "calibration: [0..0, all, 0..1]")
    try manifest("eight", ", samples: 8", "")
    for name in ["held", "eight"] {
      let run = try work.run("run", "\(name).yaml", "-o", name)
      try #require(run.code == 0, "\(run.messages)")
    }
    let columns = ["tensor", "granularity", "scale", "mse", "calibration", "held_out"]
    let held = try table("held/results.csv", columns)
    let eight = try table("eight/results.csv", columns)
    let weights = held.filter { $0[1] != "tensor" }
    #expect(weights == eight.filter { $0[1] != "tensor" } && !weights.isEmpty)
    let activations = held.filter { $0[1] == "tensor" }
    #expect(Set(activations.map { $0[4] + "|" + $0[5] }) == ["0..0|1..2", "|", "0..1|2..2"])
    // The first batch is the first eight samples; its error is another, as it is that of the others.
    let chosen = activations.filter { $0[4] == "0..0" }
    let same = eight.filter { $0[1] == "tensor" }
    #expect(chosen.map { $0[0] + $0[2] } == same.map { $0[0] + $0[2] })
    #expect(zip(chosen, same).allSatisfy { $0[3] != $1[3] })
    #expect(try work.text("held/networks.csv") == work.text("eight/networks.csv"))
    try manifest("bad", "", "calibration: [2, {batches: 0..1, held_out: 2..2}, 4]")
    let bad = try work.run("validate", "bad.yaml")
    #expect(bad.code == 65)
    #expect(
      bad.messages.contains(
        "bad.yaml:6:28: error: for model 'fashion' calibration '0..1 held-out 2..2' is '0..1' again"
      ),
      "\(bad.messages)")
    #expect(
      bad.messages.contains("model 'fashion': there is no batch 3 among 3; expected batches from"))
  }
}
