import _TestSupport
import Glibc
import Testing

/// Results, baselines and names that are not what they should be.
@Suite struct HostileResultsTests {
  @Test func `pipes and folders in the place of results, baseline or reasons hold nothing up`()
    throws
  {
    let work = try Workspace.checked()
    #expect(mkfifo(work.path + "/pipe", 0o600) == 0)
    for arguments in [
      ["check", "pipe", "--baseline", "base.csv"], ["check", "out", "--baseline", "pipe"],
      ["compare", "pipe"], ["report", "pipe", "-o", "r"], ["check", "out", "--baseline", "."],
      ["notebook", "check", "pipe"], ["validate", "pipe"],
      ["check", "pipe.yaml", "--baseline", "base.csv"],
    ] {
      if arguments[1] == "pipe.yaml" { #expect(mkfifo(work.path + "/pipe.yaml", 0o600) == 0) }
      let run = try RangeLabProgram.run(arguments, in: work.path)
      #expect(run.code == 66, "\(arguments): \(run.messages)")
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
    let work = try Workspace.checked()
    var rows = try work.rows()
    rows[1][try #require(rows[0].firstIndex(of: column))] = value
    try work.write(rows, to: "now.csv")
    try work.write(rows, to: "base.csv.new")
    for arguments in [
      ["check", "now.csv", "--baseline", "base.csv"], ["check", "out", "--baseline", "now.csv"],
      ["compare", "now.csv"], ["report", "now.csv", "-o", "r"],
      ["baseline", "accept", "base.csv", "--reason", "why"],
    ] {
      let run = try RangeLabProgram.run(arguments, in: work.path)
      #expect(run.code == 65 && run.output.isEmpty, "\(arguments): \(run.messages)")
      #expect(
        run.messages.contains(": row 2: column '") && run.messages.contains("; expected "),
        "\(run.messages)")
      #expect(run.messages.split(separator: "\n").count == 1)
    }
  }

  @Test func `names that look like commands to a build server or a terminal are shown only`() throws
  {
    let work = try Workspace.checked()
    let evil = "\"x\n::error::owned ##[error]y \u{1B}[31m\""
    let table = try work.text("base.csv")
    try work.write(table.replacing("\nw,", with: "\n\(evil),"), to: "evil.csv")
    var rows = try work.rows()
    for column in Array(8...18) + [21, 22, 23, 26] { rows[1][column] = "" }
    rows[1][19] = "\"failed: \n::warning::z ##[group]\u{9B}1m\""
    try work.write(rows, to: "reason.csv")
    for subject in ["evil.csv", "reason.csv"] {
      for format in ["text", "markdown", "json", "junit", "github"] {
        let run = try work.run("check", subject, "--baseline", "base.csv", "--format", format)
        let text = run.output + run.messages
        #expect([2, 3, 5].contains(run.code), "\(run.messages)")
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
    #expect(!manifest.messages.split(separator: "\n").contains { $0.hasPrefix("::error") })
  }
}
