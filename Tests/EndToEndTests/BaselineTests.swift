import _TestSupport
import Testing

/// `rangelab baseline accept`: how a proposal becomes the baseline, and which are refused.
@Suite struct BaselineTests {
  @Test func `a proposal is written, read and accepted with its reason`() throws {
    let work = try Workspace.checked()
    let before = try work.text("base.csv")
    try work.write(try work.worsened("minmax"), to: "now.csv")
    let check = try work.run("check", "now.csv", "--baseline", "base.csv", "--update-baseline")
    #expect(check.code == 2 && check.messages.contains("2 cells changed (2 with a worse number)"))
    #expect(try work.text("base.csv") == before, "only the proposal is written")
    #expect(try work.text("base.csv.new") == work.text("now.csv"))
    for reason in ["", "  ", "two\nlines"] {
      #expect(try work.run("baseline", "accept", "base.csv", "--reason", reason).code == 64)
    }
    let accept = try work.run("baseline", "accept", "base.csv", "--reason", "minmax is wider")
    #expect(
      accept.code == 0 && accept.output.contains("worse: w minmax 4 bits"), "\(accept.messages)")
    #expect(try work.text("base.csv") == work.text("now.csv"))
    #expect(!work.exists("base.csv.new"))
    let reasons = try work.text("REASONS.md")
    #expect(
      reasons.hasSuffix(
        "- `base.csv`: 2 cells changed (2 with a worse number), 0 new, 0 gone, 2 as before. "
          + "minmax is wider\n"))
    #expect(try work.run("check", "now.csv", "--baseline", "base.csv").code == 0)
    let again = try work.run("baseline", "accept", "base.csv", "--reason", "twice")
    #expect(again.code == 66 && again.messages.contains("base.csv.new: there is no proposal"))
  }

  @Test func `a first baseline is proposed, one that breaks a law or is empty is refused`() throws {
    let work = try Workspace.checked()
    #expect(
      try work.run("check", "out", "--baseline", "first.csv", "--update-baseline").code == 5)
    #expect(try work.run("baseline", "accept", "first.csv", "--reason", "first").code == 0)
    #expect(try work.text("first.csv") == work.text("out/results.csv"))
    let broken = try work.rows().enumerated().map { index, row in
      index == 1 ? row[..<13] + ["9.0"] + row[14...] : row[...]
    }
    try work.write(broken.map(Array.init), to: "first.csv.new")
    let refused = try work.run("baseline", "accept", "first.csv", "--reason", "why not")
    #expect(refused.code == 2 && refused.messages.contains("mse = clipping + rounding"))
    try work.write("", to: "first.csv.new")
    #expect(try work.run("baseline", "accept", "first.csv", "--reason", "why not").code == 65)
    #expect(try work.text("first.csv") == work.text("out/results.csv"))
  }
}
