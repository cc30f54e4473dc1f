import Foundation
import Notebooks
import Testing

/// What a run writes into a document.
@Suite struct OutputTests {
  @Test("output stands below its cell, whatever stands around")
  func below() throws {
    let run = try run("# T\n\n```sh\necho one; echo two\n```\n\ntext\n")
    #expect(run.text == "# T\n\n" + cell("echo one; echo two", prints: "one\ntwo") + "\ntext\n")
  }

  @Test(
    "a second run changes nothing, and cleaning brings the first document back",
    arguments: [
      "```sh\necho a\n```\n", "x\n```sh\necho a\n```\ny\n", "~~~sh\necho '```'\n~~~\n\ny\n",
      "- a\n\n  ```sh\n  echo a\n  ```\n\n  b\n", "```sh\r\necho a\r\n```\r\n\r\ntext\r\n",
      "```sh\necho a\n```\n\n\n\n# Title\n",
      "```sh {output=markdown}\nprintf '| a |\\n| - |\\n'\n```\n",
      "```sh {name=v output=none}\necho k: 7\n```\n\nIt is <!-- =v | k -->7<!-- / -->.\n",
      "```sh\n:\n```\n", "no cell\n", "", "```python3\nprint('<!-- end output -->')\n```\n",
    ])
  func idempotence(text: String) throws {
    let once = try run(text).text
    #expect(try run(once).text == once)
    let notebook = try Notebook(once, name: "d.md")
    #expect(notebook.cleaned == text)
    #expect(try Notebook(notebook.cleaned, name: "d.md").cleaned == text)
    #expect(try run(notebook.cleaned).text == once)
  }

  @Test("a document without a newline at its end gets one with the output, and no other change")
  func noNewline() throws {
    let once = try run("```sh\necho a\n```").text
    #expect(once == cell("echo a", prints: "a"))
    #expect(try Notebook(once, name: "d.md").cleaned == "```sh\necho a\n```\n")
    #expect(try run("```sh\n:\n```").text == "```sh\n:\n```")
  }

  @Test("a document keeps the endings of its lines")
  func carriageReturns() throws {
    let text = try run("```sh\r\nprintf 'a\\r\\nb\\n'\r\n```\r\n").text
    let bare = text.unicodeScalars.filter { $0 == "\n" }.count
    #expect(text.components(separatedBy: "\r\n").count == bare + 1)
    #expect(text.contains("```text\r\na\r\nb\r\n```\r\n"))
  }

  @Test("an output with fences is enclosed by longer ones")
  func fences() throws {
    #expect(
      try run("```sh\nprintf '```sh\\n````\\n'\n```\n").text
        == cell("printf '```sh\\n````\\n'", prints: "```sh\n````", fence: "`````"))
  }

  @Test("an output in a list item belongs to the item")
  func lists() throws {
    #expect(
      try run("1. a\n\n   ```sh\n   echo x\n   ```\n2. b\n").text
        == "1. a\n\n   ```sh\n   echo x\n   ```\n\n   <!-- output -->\n\n   ```text\n   x\n   ```\n\n"
        + "   <!-- end output -->\n2. b\n")
  }

  @Test("an output that has gone is taken away, one that has changed is replaced")
  func replaced() throws {
    #expect(try run(cell(":", prints: "old")).text == "```sh\n:\n```\n")
    #expect(try run(cell("echo new", prints: "old\nolder")).text == cell("echo new", prints: "new"))
  }

  @Test("cells in an output are not run")
  func shownCells() throws {
    let text = "```sh {output=markdown}\nprintf '```sh\\nexit 9\\n```\\n'\n```\n"
    let once = try run(text).text
    #expect(try run(once).text == once)
    #expect(try Notebook(once, name: "d.md").cellCount == 1)
  }

  @Test(
    "Markdown that would change how the document reads is refused",
    arguments: ["'```'", "'<!-- end output -->'"])
  func openMarkdown(word: String) {
    let fault = fault("```sh {output=markdown}\necho \(word)\n```\n\n```sh\n:\n```\n")
    #expect(fault?.kind == .cell && fault?.line == 1)
    #expect(fault?.message.contains("reads differently") == true)
  }

  @Test("figures are shown with their description and handed over")
  func figures() throws {
    let info = #"sh {show=a/b.svg alt="a curve"}"#
    let run = try run("```\(info)\nmkdir $SCRATCH/a; printf '<svg/>' > $SCRATCH/a/b.svg\n```\n")
    #expect(run.text.contains("\n![a curve](figures/doc/b.svg)\n"))
    #expect(run.figures.map(\.path) == ["figures/doc/b.svg"])
    #expect(run.figures.map(\.bytes) == [Array("<svg/>".utf8)])
  }
}
