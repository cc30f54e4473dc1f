import Foundation
import Glibc
import Testing

/// `rangelab check` and `rangelab baseline accept` as CI and people meet them.
@Suite struct CheckTests {
  /// A workspace with the results of four cells and a baseline that is the same.
  private func checked() throws -> Workspace {
    let work = try Workspace.sample()
    try #require(try work.run("run", "m.yaml", "-o", "out").code == 0)
    try work.write(try work.text("out/results.csv"), to: "base.csv")
    return work
  }

  /// The rows of a table, the header first, split at commas: none of these is quoted.
  private func rows(_ work: Workspace) throws -> [[String]] {
    try work.text("base.csv").split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
  }

  private func write(_ rows: [[String]], to name: String, _ work: Workspace) throws {
    try work.write(rows.map { $0.joined(separator: ",") + "\n" }.joined(), to: name)
  }

  /// The rows with the error of one estimator made worse: all of it is clipping.
  private func worsened(_ estimator: String, _ work: Workspace) throws -> [[String]] {
    try rows(work).map { row in
      guard row[2] == estimator, let mse = Double(row[12]), let rounding = Double(row[14]) else {
        return row
      }
      var row = row
      row[13] = "\(2 * mse - rounding)"
      row[12] = "\((2 * mse - rounding) + rounding)"
      return row
    }
  }

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
    let work = try checked()
    try write(try worsened("minmax", work), to: "now.csv", work)
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
    let work = try checked()
    var rows = try rows(work)
    let removed = rows.remove(at: 2)
    try write(rows, to: "now.csv", work)
    let missing = try work.run("check", "now.csv", "--baseline", "base.csv")
    #expect(missing.code == 3)
    #expect(missing.output.hasPrefix("missing: w \(removed[2]) \(removed[3]) bits "))
    let other = try work.run("check", "out", "--baseline", "now.csv")
    #expect(other.code == 0 && other.output.contains("new: w "))
    try write([rows[0]], to: "header.csv", work)
    try work.write("", to: "empty.csv")
    for baseline in ["header.csv", "empty.csv", "none.csv"] {
      let run = try work.run("check", "out", "--baseline", baseline)
      #expect(run.code == 5 && run.output.contains("nothing was compared"), "\(baseline)")
    }
  }

  @Test func `columns of a later release do not matter`() throws {
    let work = try checked()
    let longer = try rows(work).enumerated().map { $1 + [$0 == 0 ? "later" : "1"] }
    try write(longer, to: "longer.csv", work)
    #expect(try work.run("check", "longer.csv", "--baseline", "base.csv").code == 0)
    #expect(try work.run("check", "out", "--baseline", "longer.csv").code == 0)
  }

  @Test func `a manifest's results are found, and must have every cell it plans`() throws {
    let work = try checked()
    let run = try work.run("check", "m.yaml", "-o", "out", "--baseline", "base.csv")
    #expect(run.code == 0, "\(run.talk)")
    try work.write(
      try work.text("m.yaml").replacing("bits: [4, 8]", with: "bits: [4, 6, 8]"), to: "more.yaml")
    let short = try work.run("check", "more.yaml", "-o", "out", "--baseline", "base.csv")
    #expect(short.code == 3 && short.output.contains("the manifest plans it, it was not run"))
  }

  @Test func `an error that beats the optimum exits 2 whatever the baseline says`() throws {
    let work = try checked()
    let beaten = try rows(work).map { row in
      guard row[2] == "mse", let mse = Double(row[12]) else { return row }
      var row = row
      row[12] = "\(mse / 2)"
      row[13] = "0.0"
      row[14] = "\(mse / 2)"
      return row
    }
    try write(beaten, to: "now.csv", work)
    let run = try work.run("check", "now.csv", "--baseline", "now.csv")
    #expect(run.code == 2 && run.output.contains("broken invariant: the optimum is never beaten"))
  }

  @Test func `a policy beside the baseline loosens one estimator only`() throws {
    let work = try checked()
    try write(try worsened("minmax", work), to: "now.csv", work)
    try work.write("estimators:\n  minmax: {mse: {relative: 2}}\n", to: "gate.yaml")
    #expect(try work.run("check", "now.csv", "--baseline", "base.csv").code == 0)
    try write(try worsened("mse", work), to: "now.csv", work)
    #expect(try work.run("check", "now.csv", "--baseline", "base.csv").code == 2)
    try work.write("metrics: {mse: {relative: 2}}\n", to: "other.yaml")
    let other = try work.run("check", "now.csv", "--baseline", "base.csv", "--policy", "other.yaml")
    #expect(other.code == 0, "\(other.output)")
  }

  @Test(arguments: [
    ("metrics:\n  msee: {relative: 1}\n", "gate.yaml:2:3: error: unknown 'msee'; expected mse"),
    ("metrics:\n  msee: {relative: 1}\n", "; did you mean 'mse'?"),
    (
      "metrics: {mse: {relative: -1}}\n",
      "gate.yaml:1:27: error: relative is '-1'; expected a number from 0"
    ),
    ("metrics: {mse: {relative: nan}}\n", "relative is 'nan'; expected a number"),
    ("metrics: {mse: {relative: 0x1p3}}\n", "relative is '0x1p3'; expected a number"),
    ("metrics: {mse: {better: more}}\n", "better is 'more'; expected lower or higher"),
    ("metrics: 3\n", "metrics is '3'; expected a mapping"),
    ("monotone: [mse]\nmonotone: []\n", "gate.yaml:2:1: error: 'monotone' is given twice"),
    ("metrics: {mse: {}, mse: {relative: 1}}\n", "'mse' is given twice"),
    ("metrics: {mse: &a {relative: 1}, sqnr_db: *a}\n", "aliases are not supported"),
    (
      "monotone: " + String(repeating: "[", count: 200) + String(repeating: "]", count: 200),
      "nested too deeply"
    ),
    ("a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\n? *c\n: x\n", "aliases are not supported"),
    ("metrics: {mse: {relative: \u{7}}}\n", "not YAML"),
    ("metrics: {mse: {tolerance: 1}}\n", "unknown 'tolerance'"),
    ("estimators: {minmx: {mse: {relative: 1}}}\n", "no cell has the estimator 'minmx'"),
    ("monotone: mse\n", "expected a list of estimators"),
    ("metrics: [\n", "not YAML"),
    ("limits: {}\n", "unknown 'limits'; expected metrics, estimators, monotone"),
  ])
  func `a policy that cannot be read says where`(text: String, message: String) throws {
    let work = try checked()
    try work.write(text, to: "gate.yaml")
    let run = try work.run("check", "out", "--baseline", "base.csv")
    #expect(run.code == 65 && run.output.isEmpty && run.talk.contains(message), "\(run.talk)")
  }

  @Test func `a policy that is no file of text is refused at once`() throws {
    let work = try checked()
    try work.write([0x61, 0xFF], to: "bytes.yaml")
    try work.write(String(repeating: "#\n", count: 1 << 20), to: "long.yaml")
    #expect(mkfifo(work.path + "/pipe", 0o600) == 0)
    for (policy, code, message) in [
      ("bytes.yaml", 65, "is not text; expected UTF-8"), ("long.yaml", 65, "is too long"),
      ("pipe", 66, "is not a regular file"), (".", 66, "is a directory"),
      ("/dev/zero", 66, "is not a regular file"), ("none.yaml", 66, "No such file"),
    ] as [(String, Int32, String)] {
      let run = try work.run("check", "out", "--baseline", "base.csv", "--policy", policy)
      #expect(run.code == code && run.talk.contains(message), "\(policy): \(run.talk)")
    }
  }

  @Test func `pipes and folders in the place of results, baseline or reasons hold nothing up`()
    throws
  {
    let work = try checked()
    #expect(mkfifo(work.path + "/pipe", 0o600) == 0)
    for arguments in [
      ["check", "pipe", "--baseline", "base.csv"], ["check", "out", "--baseline", "pipe"],
      ["compare", "pipe"], ["report", "pipe", "-o", "r"], ["check", "out", "--baseline", "."],
      ["notebook", "check", "pipe"], ["validate", "pipe"],
      ["check", "pipe.yaml", "--baseline", "base.csv"],
    ] {
      if arguments[1] == "pipe.yaml" { #expect(mkfifo(work.path + "/pipe.yaml", 0o600) == 0) }
      let run = try RangeLabProgram.run(arguments, in: work.path)
      #expect(run.code == 66, "\(arguments): \(run.talk)")
    }
    _ = try work.run("check", "out", "--baseline", "base.csv", "--update-baseline")
    #expect(mkfifo(work.path + "/REASONS.md", 0o600) == 0)
    let accept = try work.run("baseline", "accept", "base.csv", "--reason", "why")
    #expect(accept.code != 0 && work.exists("base.csv.new") && work.exists("base.csv"))
  }

  @Test(arguments: [
    ("clipped_fraction", "1.5"), ("optimal_mse", "-0.1"), ("certificate", "inf"),
    ("certificate", "2"), ("mse", "nan"), ("sqnr_db", "nan"), ("cosine", "-3"), ("scale", "0x1p-3"),
    ("zero_point", "300"), ("status", "failed: why"), ("tensor", ""), ("elements", "-4"),
    ("max_abs_error", "1e999"), ("lower", " 1"), ("held_out", "1..2"),
  ])
  func `results that cannot be are read by no verb`(column: String, value: String) throws {
    let work = try checked()
    var rows = try rows(work)
    rows[1][try #require(rows[0].firstIndex(of: column))] = value
    try write(rows, to: "now.csv", work)
    try write(rows, to: "base.csv.new", work)
    for arguments in [
      ["check", "now.csv", "--baseline", "base.csv"], ["check", "out", "--baseline", "now.csv"],
      ["compare", "now.csv"], ["report", "now.csv", "-o", "r"],
      ["baseline", "accept", "base.csv", "--reason", "why"],
    ] {
      let run = try RangeLabProgram.run(arguments, in: work.path)
      #expect(run.code == 65 && run.output.isEmpty, "\(arguments): \(run.talk)")
      #expect(
        run.talk.contains(": row 2: column '") && run.talk.contains("; expected "), "\(run.talk)")
      #expect(run.talk.split(separator: "\n").count == 1)
    }
  }

  @Test func `names that look like commands to a build server or a terminal are shown only`() throws
  {
    let work = try checked()
    let evil = "\"x\n::error::owned ##[error]y \u{1B}[31m\""
    let table = try work.text("base.csv")
    try work.write(table.replacing("\nw,", with: "\n\(evil),"), to: "evil.csv")
    var rows = try rows(work)
    for column in Array(8...18) + [21, 22, 23] { rows[1][column] = "" }
    rows[1][19] = "\"failed: \n::warning::z ##[group]\u{9B}1m\""
    try write(rows, to: "reason.csv", work)
    for subject in ["evil.csv", "reason.csv"] {
      for format in ["text", "markdown", "json", "junit", "github"] {
        let run = try work.run("check", subject, "--baseline", "base.csv", "--format", format)
        let text = run.output + run.talk
        #expect([2, 3, 5].contains(run.code), "\(run.talk)")
        #expect(
          !text.contains("\u{1B}") && !text.contains("\u{9B}") && !text.contains("##["), "\(format)"
        )
        #expect(
          !text.split(separator: "\n").contains {
            $0.hasPrefix("::error::") || $0.hasPrefix("::warning::")
          }, "\(format)")
      }
    }
    let fault = try work.run("check", "evil.csv", "--baseline", "evil.csv", "--policy", "none.yaml")
    #expect(fault.code == 66)
    try work.write("name: \"a\\n::error::owned\"\n", to: "evil.yaml")
    let manifest = try work.run("validate", "evil.yaml")
    #expect(!manifest.talk.split(separator: "\n").contains { $0.hasPrefix("::error") })
  }

  @Test func `one check writes every format`() throws {
    let work = try checked()
    try write(try worsened("minmax", work), to: "now.csv", work)
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
    #expect(wrong.code == 64 && wrong.talk.contains("--write cannot be 'xml=a'"))
  }

  @Test func `a proposal is written, read and accepted with its reason`() throws {
    let work = try checked()
    let before = try work.text("base.csv")
    try write(try worsened("minmax", work), to: "now.csv", work)
    let check = try work.run("check", "now.csv", "--baseline", "base.csv", "--update-baseline")
    #expect(check.code == 2 && check.talk.contains("2 cells changed (2 with a worse number)"))
    #expect(try work.text("base.csv") == before, "only the proposal is written")
    #expect(try work.text("base.csv.new") == work.text("now.csv"))
    for reason in ["", "  ", "two\nlines"] {
      #expect(try work.run("baseline", "accept", "base.csv", "--reason", reason).code == 64)
    }
    let accept = try work.run("baseline", "accept", "base.csv", "--reason", "minmax is wider")
    #expect(accept.code == 0 && accept.output.contains("worse: w minmax 4 bits"), "\(accept.talk)")
    #expect(try work.text("base.csv") == work.text("now.csv"))
    #expect(!work.exists("base.csv.new"))
    let reasons = try work.text("REASONS.md")
    #expect(
      reasons.hasSuffix(
        "- `base.csv`: 2 cells changed (2 with a worse number), 0 new, 0 gone, 2 as before. "
          + "minmax is wider\n"))
    #expect(try work.run("check", "now.csv", "--baseline", "base.csv").code == 0)
    let again = try work.run("baseline", "accept", "base.csv", "--reason", "twice")
    #expect(again.code == 66 && again.talk.contains("base.csv.new: there is no proposal"))
  }

  @Test func `a first baseline is proposed, one that breaks a law or is empty is refused`() throws {
    let work = try checked()
    #expect(
      try work.run("check", "out", "--baseline", "first.csv", "--update-baseline").code == 5)
    #expect(try work.run("baseline", "accept", "first.csv", "--reason", "first").code == 0)
    #expect(try work.text("first.csv") == work.text("out/results.csv"))
    let broken = try rows(work).enumerated().map { index, row in
      index == 1 ? row[..<13] + ["9.0"] + row[14...] : row[...]
    }
    try write(broken.map(Array.init), to: "first.csv.new", work)
    let refused = try work.run("baseline", "accept", "first.csv", "--reason", "why not")
    #expect(refused.code == 2 && refused.talk.contains("mse = clipping + rounding"))
    try work.write("", to: "first.csv.new")
    #expect(try work.run("baseline", "accept", "first.csv", "--reason", "why not").code == 65)
    #expect(try work.text("first.csv") == work.text("out/results.csv"))
  }
}
