import Notebooks
import Testing

/// Which fences are cells, by the rules of CommonMark.
@Suite struct CellFindingTests {
  @Test(
    "cells are found where Markdown has a fence",
    arguments: [
      ("```sh\n:\n```\n", 1),
      ("```sh {name=a}\n:\n```\n", 1),
      ("~~~sh\n:\n~~~\n", 1),
      ("   ```sh\n   :\n   ```\n", 1),
      ("`````sh\n```\n````\n`````\n", 1),
      ("```sh\n    ```\n```\n\n```sh\n:\n```\n", 2),
      ("~~~python3\n1\n~~~~~\n", 1),
      ("text\n```sh\n:\n```\ntext\n```sh\n:\n```", 2),
      ("- item\n\n  ```sh\n  :\n  ```\n", 1),
      ("10. item\n\n    ```sh\n    :\n    ```\n", 1),
      ("- a\n  - b\n\n    ```sh\n    :\n    ```\n", 1),
      ("- ```sh\n  :\n  ```\n", 1),
      ("<!-- one line -->\n```sh\n:\n```\n", 1),
      ("<details>\n\n```sh\n:\n```\n\n</details>\n", 1),
      ("> quote\n\n```sh\n:\n```\n", 1),
    ])
  func found(text: String, count: Int) throws {
    #expect(try Notebook(text, name: "d.md").cellCount == count)
  }

  @Test(
    "what only looks like a cell is none",
    arguments: [
      "```sh {skip}\n:\n```\n", "```bash\n:\n```\n", "```\n:\n```\n", "```text\n```sh\n```\n",
      "````markdown\n```sh\n:\n```\n````\n", "~~~\n```sh\n:\n```\n~~~\n",
      "    ```sh\n    :\n    ```\n",
      "``sh\n:\n``\n", "```sh `x`\n", "> ```sh\n> :\n> ```\n", "<!--\n```sh\n:\n```\n-->\n",
      "<!-- a -> b\n```sh\n:\n```\n-->\n",
      "<pre>\n```sh\n:\n```\n</pre>\n", "<div>\n```sh\n:\n```\n</div>\n",
      "text\n    ```sh\n    :\n",
    ])
  func none(text: String) throws {
    #expect(try Notebook(text, name: "d.md").cellCount == 0)
  }

  @Test(
    "a document that cannot be understood is refused with its line",
    arguments: [
      ("a\n\n```sh\n:\n", 3, "not closed"),
      ("- a\n\n  ```sh\n  :\ntext\n", 3, "not closed"),
      ("```sh {name=a\n:\n```\n", 1, "'{' is not closed by '}'"),
      ("```sh {colour=red}\n:\n```\n", 1, "unknown attribute 'colour'"),
      (
        "```sh {exit=256}\n:\n```\n", 1, "exit cannot be '256'; expected an exit code from 0 to 255"
      ),
      ("```sh {timeout=0}\n:\n```\n", 1, "timeout cannot be '0'"),
      ("```sh {name=a/b}\n:\n```\n", 1, "name cannot be 'a/b'"),
      ("```sh {show=a.svg}\n:\n```\n", 1, "no description"),
      ("```sh {show=../a.svg alt=x}\n:\n```\n", 1, "show cannot be '../a.svg'"),
      ("```sh {alt=\"x\"}\n:\n```\n", 1, "expected show=FILE before it"),
      ("```sh {alt=\"x}\n:\n```\n", 1, "a quotation mark is not closed"),
      ("```sh {name=a}\n```\n\n```sh {name=a}\n```\n", 4, "cell 'a' is also in line 1"),
      ("text\n\n<!-- output -->\n<!-- end output -->\n", 3, "belongs to no cell"),
      ("<!-- end output -->\n", 1, "belongs to no cell"),
      ("```sh\n:\n```\n\n<!-- output -->\nx\n", 5, "this output has no end"),
      ("```sh\n:\n```\n<!-- output -->\n\n<!-- output -->\n<!-- end output -->\n", 4, "has no end"),
      ("a <!-- =x | y -->1\n", 1, "this value has no end"),
      ("<!-- =x | y -->1<!-- / -->\n", 1, "a value begins this line"),
      ("a <!-- =x -->1<!-- / -->\n", 1, "names no value"),
      ("a <!-- =x | y | %d -->1<!-- / -->\n", 1, "'%d' is no format"),
    ])
  func refused(text: String, line: Int, message: String) {
    let fault = fault(text)
    #expect(fault?.kind == .document && fault?.line == line)
    #expect(fault?.message.contains(message) == true, "\(fault?.message ?? "no fault")")
  }
}
