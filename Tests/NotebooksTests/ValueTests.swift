import Notebooks
import Testing

/// Values that prose takes from what cells print.
@Suite struct ValueTests {
  private func sentence(_ path: String, _ output: String) throws -> String {
    let text = "See <!-- =c | \(path) -->?<!-- / -->.\n\n"
    let run = try run(text + "```sh {name=c output=none}\ncat <<'END'\n\(output)\nEND\n```\n")
    let line = String(run.text.prefix { $0 != "\n" })
    return line.replacing("See <!-- =c | \(path) -->", with: "").replacing("<!-- / -->.", with: "")
  }

  private static let table = """
    | rule | bits | MSE | share |
    | ---- | ---: | --: | ----: |
    | `a`  |    4 | 0.1254 | 12 % |
    | `a`  |    8 | **0.02** | 7 % |
    | b[p=9] |  4 | inf | 0 % |
    """

  @Test(
    "a value is found by its row and column, and may be rounded",
    arguments: [
      ("a | 4 | MSE", "0.1254"), ("a | 8 | MSE", "0.02"), ("b[p=9] | MSE", "inf"),
      ("a | 4 | MSE | %.2f", "0.13"), ("a | 4 | MSE | %.1e", "1.3e-01"), ("a | 8 | share", "7 %"),
      ("a | 4 | share | %.1f", "12.0 %"),
    ])
  func tables(path: String, value: String) throws {
    #expect(try sentence(path, Self.table) == value)
  }

  @Test(
    "a single word finds the rest of the line it begins",
    arguments: ["ratio 2.5", "ratio: 2.5", "ratio = 2.5", "x ratio 3\nratio   2.5  "])
  func words(output: String) throws {
    #expect(try sentence("ratio", output) == "2.5")
  }

  @Test(
    "what is not there, or there twice, is an error in the line of the sentence",
    arguments: [
      ("c | a | MSE", "cell 'c' prints 'a | MSE' 2 times; expected words that tell them apart"),
      ("c | x | MSE", "cell 'c' prints no value 'x | MSE'"),
      ("c | a | 4 | SNR", "cell 'c' prints no table with a column 'SNR'"),
      ("c | rule", "cell 'c' prints no value 'rule'"),
      ("d | a | MSE", "no cell is called 'd'"),
      ("c | b[p=9] | rule | %.2f", "cell 'c' prints 'b[p=9]', which is no number"),
    ])
  func missing(path: String, message: String) {
    let cell = "```sh {name=c}\ncat <<'END'\n\(Self.table)\nEND\n```\n"
    let fault = fault("# T\n\nSee <!-- =\(path) -->1<!-- / -->.\n\n" + cell)
    #expect(fault?.line == 3 && fault?.kind == .cell)
    #expect(fault?.message == message)
  }

  @Test("several values in a line, before and after the cell; code shows the marks as they are")
  func several() throws {
    let marks = "`x` is <!-- =c | x -->?<!-- / --> and <!-- =c | y -->old<!-- / -->!"
    let text = try run(
      "\(marks)\n\n```sh {name=c}\necho x 1000; echo y 22\n```\n\n- \(marks)\n\n```\n\(marks)\n```\n"
    ).text
    let filled = "`x` is <!-- =c | x -->1000<!-- / --> and <!-- =c | y -->22<!-- / -->!"
    #expect(text.hasPrefix(filled + "\n") && text.contains("\n- \(filled)\n"))
    #expect(text.hasSuffix("```\n\(marks)\n```\n"))
  }
}
