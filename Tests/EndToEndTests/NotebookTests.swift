import _TestSupport
import Foundation
import Testing

/// `rangelab notebook`, as a user and CI run it.
@Suite struct NotebookTests {
  private static let document = """
    # A notebook

    The error is <!-- =errors | minmax | MSE -->?<!-- / --> at 4 bits.

    ```sh {name=errors}
    rangelab estimate w.npy -e minmax mse -b 4
    ```

    """

  private func sample() throws -> Workspace {
    let work = try Workspace.sample()
    try work.write(Self.document, to: "n.md")
    return work
  }

  @Test func `run writes outputs and values, check accepts them, clean takes outputs away`() throws
  {
    let work = try sample()
    let run = try work.run("notebook", "run", "n.md")
    #expect(run.code == 0 && run.output.isEmpty && run.messages == "n.md: 1 cell, 1 file changed\n")
    let text = try work.text("n.md")
    let estimate = try work.run("estimate", "w.npy", "-e", "minmax", "mse", "-b", "4")
    #expect(text.contains("```text\n\(estimate.output)```\n") && !text.contains("?<!-- / -->"))
    let check = try work.run("notebook", "check", "n.md")
    #expect(
      check.code == 0 && check.output.isEmpty && check.messages == "n.md: 1 cell, up to date\n")
    #expect(try work.run("notebook", "run", "n.md").messages == "n.md: 1 cell, 0 files changed\n")
    #expect(try work.run("notebook", "clean", "n.md").code == 0)
    #expect(!(try work.text("n.md").contains("<!-- output -->")))
  }

  @Test func `a changed number fails check with a diff, exit code 2, and nothing is written`()
    throws
  {
    let work = try sample()
    _ = try work.run("notebook", "run", "n.md")
    let good = try work.text("n.md")
    for mark in ["| minmax ", "MSE -->"] {
      // The first digit behind the mark, one further round.
      let start = try #require(good.firstRange(of: mark)?.upperBound)
      let digit = try #require(good[start...].firstIndex { ("1"..."9").contains($0) })
      var bad = good
      bad.replaceSubrange(digit...digit, with: good[digit] == "9" ? "1" : "9")
      try work.write(bad, to: "n.md")
      let check = try work.run("notebook", "check", "n.md")
      #expect(check.code == 2 && check.messages.contains("n.md: 1 cell, stale"))
      #expect(check.output.hasPrefix("--- n.md\n+++ n.md (run now)\n@@ "))
      #expect(check.output.contains("\n-") && check.output.contains("\n+"))
      #expect(try work.text("n.md") == bad)
    }
  }

  @Test func `what a document from a stranger says disturbs neither terminal nor build server`()
    throws
  {
    let work = try Workspace()
    let evil = #"printf '\033[31mx\n::error::owned\n ##[error]owned\n' >&2; exit 1"#
    try work.write("```sh {name=a}\n\(evil)\n```\n", to: "a.md")
    try work.write("\u{1B}[2J\n::error::owned\n\n```sh\necho 1\n```\n", to: "b.md")
    try work.write("```sh {\u{1B}[31m}\n```\n", to: "c.md")
    for (name, code) in [("a.md", 3), ("b.md", 2), ("c.md", 65)] as [(String, Int32)] {
      let run = try work.run("notebook", "check", name)
      #expect(run.code == code, "\(run.messages)")
      let text = run.output + run.messages
      #expect(!text.contains("\u{1B}") && !text.contains("##["))
      let lines = text.split(separator: "\n").map { $0.drop(while: \.isWhitespace) }
      #expect(!lines.contains { $0.hasPrefix("::") }, "\(text)")
    }
  }

  @Test func `a failing cell leaves the file as it is and does not keep others from their turn`()
    throws
  {
    let work = try sample()
    try work.write("```sh {name=bad}\nrangelab estimate none.npy -e mse -b 4\n```\n", to: "bad.md")
    let run = try work.run("notebook", "run", "bad.md", "n.md")
    #expect(run.code == 3)
    #expect(
      run.messages == """
        bad.md:1: error: cell 'bad' ended with exit code 66; expected 0
          error: none.npy: cannot be opened: No such file or directory
        n.md: 1 cell, 1 file changed

        """)
    #expect(!(try work.text("bad.md").contains("output")))
  }

  @Test func `figures are kept beside the document and checked byte by byte`() throws {
    let work = try sample()
    let info = #"sh {show=f.svg alt="nothing"}"#
    try work.write("```\(info)\nprintf '<svg/>' > $SCRATCH/f.svg\n```\n", to: "n.md")
    #expect(try work.run("notebook", "check", "n.md").code == 2)
    #expect(try work.run("notebook", "run", "n.md").messages.hasSuffix("2 files changed\n"))
    #expect(try work.text("figures/n/f.svg") == "<svg/>")
    #expect(try work.run("notebook", "check", "n.md").code == 0)
    try work.write("<svg />", to: "figures/n/f.svg")
    let check = try work.run("notebook", "check", "n.md")
    #expect(check.code == 2)
    #expect(check.output == "n.md: the figure figures/n/f.svg is not what its cell draws now\n")
    #expect(try work.run("notebook", "clean", "n.md").code == 0)
    #expect(!work.exists("figures/n/f.svg"))
  }

  @Test func `missing, malformed and unreadable documents have codes of their own`() throws {
    let work = try Workspace()
    try work.write("```sh\n", to: "open.md")
    try work.write([0xFF, 0x0A], to: "latin.md")
    #expect(try work.run("notebook", "check", "none.md").code == 66)
    let open = try work.run("notebook", "run", "open.md")
    #expect(open.code == 65 && open.messages.hasPrefix("open.md:1: error: this cell is not closed"))
    #expect(try work.run("notebook", "run", "latin.md").code == 65)
    #expect(try work.run("notebook", "run", "--timeout", "0", "open.md").code == 64)
  }

  @Test func `numbers in a text file are a tensor`() throws {
    let work = try Workspace()
    try work.write("# two channels\n1, -2, 127\n4,5,\t-63.5\n", to: "w.txt")
    let run = try work.run(
      "estimate", "w.txt", "-e", "minmax", "-b", "8", "--granularity", "channel:0", "--format",
      "json")
    let object = try #require(try jsonObjects(run.output).first)
    #expect(object["elements"] as? Int == 6 && object["tensor"] as? String == "w")
    let lanes = try #require(object["lanes"] as? [[String: Any]])
    #expect(lanes.compactMap { $0["upper"] as? Double } == [127, 63.5])
  }

  /// The repository's own notebooks: one that is fast enough to run in a test.
  @Test func `one digit changed in a committed notebook fails check`() throws {
    let work = try Workspace()
    let root = RangeLabProgram.root
    for folder in ["experiments", "results"] {
      try FileManager.default.createSymbolicLink(
        atPath: "\(work.path)/\(folder)", withDestinationPath: "\(root)/\(folder)")
    }
    try FileManager.default.createDirectory(
      atPath: work.path + "/notebooks", withIntermediateDirectories: false)
    let name = "06-granularity-and-bytes.md"
    let good = try String(contentsOfFile: "\(root)/notebooks-md/\(name)", encoding: .utf8)
    try work.write(good, to: "notebooks/n.md")
    #expect(try work.run("notebook", "check", "notebooks/n.md").code == 0)
    let bad = good.replacing("| per tensor, affine | 75 |", with: "| per tensor, affine | 76 |")
    try #require(bad != good)
    try work.write(bad, to: "notebooks/n.md")
    let check = try work.run("notebook", "check", "notebooks/n.md")
    #expect(check.code == 2)
    #expect(check.output.contains("\n-| per tensor, affine | 76 |\n+| per tensor, affine | 75 |\n"))
  }
}
