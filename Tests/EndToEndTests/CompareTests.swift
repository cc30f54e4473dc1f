import _TestSupport
import Foundation
import Testing

/// `rangelab compare` as a user meets it.
@Suite struct CompareTests {
  private let quickstart = RangeLabProgram.root + "/results/quickstart"

  @Test func `the estimators of one file are compared in every format`() throws {
    let work = try Workspace()
    for format in ["text", "markdown", "csv", "json", "latex"] {
      let run = try work.run("compare", quickstart, "--format", format)
      #expect(run.code == 0 && run.messages.isEmpty, "\(format): \(run.messages)")
      #expect(run.output.contains("percentile") && run.output.hasSuffix("\n"))
      #expect(try work.run("compare", quickstart, "--format", format).output == run.output)
    }
  }

  @Test func `what JSON says follows from the table of results`() throws {
    let work = try Workspace()
    let run = try work.run(
      "compare", quickstart, "-e", "mse", "minmax", "--reference", "mse", "--filter",
      "4 bits symmetric narrow tensor", "--format", "json")
    let document = try #require(
      try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    let slice = try #require((document["slices"] as? [[String: Any]])?.first)
    let pair = try #require((slice["comparisons"] as? [[String: Any]])?.first)
    // 15 tensors, all won by the optimum: 2 of 2^15 assignments of signs.
    #expect(pair["losses"] as? Int == 15 && pair["p"] as? Double == 2 / 32768.0)
    let lines = try String(contentsOfFile: quickstart + "/results.csv", encoding: .utf8)
      .split(separator: "\n")
    let logs: [Double] = try ["minmax", "mse"].map { name in
      let rows = lines.filter { $0.contains(",\(name),4,symmetric,narrow,tensor,") }
      return try rows.reduce(0.0) { sum, line in
        let cells = line.split(separator: ",", omittingEmptySubsequences: false)
        return sum + log(try #require(Double(cells[12])))
      }
    }
    let ratio = exp((logs[0] - logs[1]) / 15)
    // The same sums in another order.
    #expect(abs((pair["ratio"] as? Double ?? 0) / ratio - 1) <= 1e-12)
  }

  @Test func `results on held-out batches are compared to the last row`() throws {
    let results = RangeLabProgram.root + "/results/calibration-size"
    let work = try Workspace()
    let text = try work.run("compare", results).output
    // 15 tensors at 2 widths, in sample and with 15 choices of calibration batches.
    #expect(text.contains("480 cells, 15 tensors. 450 cells are measured on held-out batches"))
    let document = try #require(
      try JSONSerialization.jsonObject(
        with: Data(try work.run("compare", results, "--format", "json").output.utf8))
        as? [String: Any])
    let slices = try #require(document["slices"] as? [[String: Any]])
    let covered = slices.filter { $0["axis"] as? String == "all" }
      .flatMap { $0["comparisons"] as? [[String: Any]] ?? [] }.compactMap { $0["cells"] as? Int }
    #expect(covered == [Int](repeating: 480, count: 8), "4320 rows with the reference's")
    let values = slices.filter { $0["axis"] as? String == "calibration" }
      .compactMap { $0["value"] as? String }
    #expect(values == ["1 batch", "2 batches", "4 batches", "8 batches", "in sample"])
    let one = try work.run("compare", results, "--filter", "calibration 0..7 ").output
    #expect(one.contains("30 cells, 15 tensors. 30 cells are measured on held-out batches"))
  }

  @Test func `a figure is written, and refused where there is nothing to draw`() throws {
    let work = try Workspace()
    #expect(try work.run("compare", quickstart, "--figure", "ranks.svg").code == 0)
    #expect(try work.text("ranks.svg").hasPrefix("<svg xmlns=\"http://www.w3.org/2000/svg\""))
    let few = try work.run(
      "compare", quickstart, "--filter", "gaussian", "--figure", "few.svg")
    #expect(few.code == 65 && few.messages.contains("too few tensors") && !work.exists("few.svg"))
  }

  @Test func `two files are compared cell by cell`() throws {
    let work = try Workspace.sample()
    #expect(try work.run("run", "m.yaml", "-o", "out").code == 0)
    let table = try work.text("out/results.csv")
    try work.write(table, to: "same.csv")
    let run = try work.run("compare", "out", "same.csv")
    #expect(run.code == 0 && run.output.contains("No cell differs."))
    #expect(run.output.contains("Too few tensors for a test (1; 6 needed)."))
    try work.write(table.replacing("\nw,", with: "\nother,"), to: "other.csv")
    let apart = try work.run("compare", "out", "other.csv")
    #expect(apart.code == 5 && apart.messages == "error: the files have no cell in common\n")
  }

  @Test(arguments: [
    ("compare none.csv", 66, "none.csv: cannot be opened"),
    ("compare w.npy", 65, "w.npy: "),
    ("compare empty.csv", 65, "empty.csv has no rows"),
    ("compare RESULTS -e nobody", 64, "has no estimator 'nobody'; it has cross-entropy"),
    ("compare RESULTS --filter (", 64, "is not a regular expression"),
    ("compare RESULTS --filter nothing", 65, "no cell that matches --filter"),
    ("compare RESULTS --reference nobody", 64, "the reference 'nobody' has no results"),
    ("compare RESULTS -e mse", 65, "nothing to compare: 1 estimator with"),
    ("compare RESULTS RESULTS", 64, "is there twice"),
    ("compare RESULTS --level 0.7", 64, "--level cannot be 0.7"),
    ("compare RESULTS --tie -1", 64, "--tie"),
  ])
  func `what cannot be compared says why`(line: String, code: Int32, message: String) throws {
    try Workspace.sample().expectFailure(line, code, message)
  }
}
