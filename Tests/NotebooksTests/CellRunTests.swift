import Foundation
import Glibc
import Notebooks
import Testing

/// How cells are run, and how they fail.
@Suite struct CellRunTests {
  @Test("cells share a scratch folder that is gone afterwards, and whose name is never shown")
  func scratch() throws {
    let note = NSTemporaryDirectory() + "/notebook-\(UUID().uuidString)"
    defer { unlink(note) }
    let text = try run(
      "```sh\npwd -P > $SCRATCH/f; echo $SCRATCH > \(note); echo in $SCRATCH\n```\n\n"
        + "```sh\ntest -s $SCRATCH/f && echo shared\n```\n"
    ).text
    #expect(text.contains("```text\nin $SCRATCH\n```") && text.contains("```text\nshared\n```"))
    let folder = try String(contentsOfFile: note, encoding: .utf8).dropLast()
    #expect(folder.hasPrefix("/") && !FileManager.default.fileExists(atPath: String(folder)))
  }

  @Test("cells see the same environment everywhere")
  func environment() throws {
    let text = try run(
      "```sh\necho $LC_ALL $TZ $COLUMNS ${LANG-none} ${USER-none}; rangelab\n```\n"
    ).text
    #expect(text.contains("\nC.UTF-8 UTC 100 none none\n"))
  }

  @Test("a Python cell is run by python3")
  func python() throws {
    #expect(try run("```python3\nprint(2 ** 10)\n```\n").text.contains("```text\n1024\n```"))
  }

  @Test("the expected exit code is no failure; any other is")
  func exits() throws {
    #expect(try run("```sh {exit=3}\necho a; exit 3\n```\n").text.contains("```text\na\n```"))
    #expect(fault("```sh {exit=3}\n:\n```\n")?.message == "cell ended with exit code 0; expected 3")
    let failed = fault("x\n\n```sh {name=broken}\n:\necho why >&2; exit 7\n```\n")
    #expect(
      failed?.description
        == "folder/doc.md:3: error: cell 'broken' ended with exit code 7; expected 0\n  why")
    #expect(failed?.kind == .cell)
  }

  @Test(
    "a failure anywhere in a cell is a failure of the cell",
    arguments: ["false; echo on", "false | cat", "echo $unset", "nonsense-command", "kill -9 $$"])
  func strict(code: String) {
    #expect(fault("```sh\n\(code)\n```\n")?.kind == .cell)
  }

  @Test("a cell that takes too long is ended, with everything it has started")
  func timeouts() throws {
    let marker = NSTemporaryDirectory() + "/notebook-\(UUID().uuidString)"
    let start = Date()
    let code = "(sleep 2; echo late > \(marker)) & sleep 60"
    let slow = fault("```sh {name=slow timeout=0.5}\n\(code)\n```\n")
    #expect(slow?.message == "cell 'slow' took longer than 0.5 seconds")
    #expect(Date().timeIntervalSince(start) < 10)
    #expect(fault("```sh\nsleep 60\n```\n", timeout: 0.2)?.kind == .cell)
    Thread.sleep(forTimeInterval: 2.5)
    #expect(!FileManager.default.fileExists(atPath: marker))
  }

  @Test("what a cell leaves running in the background holds nothing up and ends with the cell")
  func background() throws {
    let marker = NSTemporaryDirectory() + "/notebook-\(UUID().uuidString)"
    defer { unlink(marker) }
    let start = Date()
    let text = try run("```sh\n(sleep 1; echo late > \(marker)) & echo done\n```\n").text
    #expect(text.contains("done") && Date().timeIntervalSince(start) < 1)
    Thread.sleep(forTimeInterval: 1.5)
    #expect(!FileManager.default.fileExists(atPath: marker))
  }

  @Test(
    "what a document cannot show is refused",
    arguments: [
      (#"printf '\377'"#, "prints bytes that are not UTF-8"),
      (#"printf 'a\nb\033[1mc'"#, "prints the control character U+001B in line 2"),
      (#"printf '\000'"#, "prints the control character U+0000 in line 1"),
      ("yes", "prints more than 262144 bytes"),
      ("head -c 300000 /dev/zero | tr '\\0' a", "prints more than 262144 bytes"),
    ])
  func unshowable(code: String, message: String) {
    #expect(fault("```sh\n\(code)\n```\n")?.message == "cell \(message)")
  }

  @Test("a long output below the limit is shown whole")
  func long() throws {
    let text = try run("```sh\nseq 1 30000\n```\n").text
    #expect(text.contains("\n1\n2\n3\n") && text.contains("\n29999\n30000\n```\n"))
  }

  @Test("a figure that is not written is a failure")
  func missingFigure() {
    let missing = fault("```sh {show=no.svg alt=none}\n:\n```\n")
    #expect(missing?.message == "cell has not written the figure $SCRATCH/no.svg")
    let pipe = fault("```sh {show=no.svg alt=none}\nmkfifo $SCRATCH/no.svg\n```\n")
    #expect(pipe?.message == missing?.message)
  }

  @Test("going on after a failure keeps the old output of the cell and renews the rest")
  func goingOn() throws {
    let text = cell("exit 1", prints: "old") + cell("echo new", prints: "old")
    let run = try run(text, keepsGoing: true)
    #expect(run.text == cell("exit 1", prints: "old") + cell("echo new", prints: "new"))
    #expect(run.faults.map(\.line) == [1])
  }
}
