import _TestSupport
import Foundation
import Glibc
import Testing

/// Standard output that cannot be written, and outputs that are inputs.
@Suite struct OutputTests {
  @Test(arguments: [
    "--help", "--version", "help run", "list estimators", "list metrics --format json",
    "estimate w.npy", "estimate w.npy -e minmax -b 8 --format csv", "inspect w.npy",
    "inspect w.npy --format json", "run m.yaml -o out", "plan m.yaml", "validate m.yaml",
    "compare RESULTS", "compare RESULTS --format json", "report RESULTS -o report",
    "check RESULTS --baseline RESULTS/results.csv", "--generate-completion-script bash",
  ])
  func `output to a full disk is an error with a code of its own`(line: String) throws {
    let work = try Workspace.sample()
    let words = line.replacing("RESULTS", with: RangeLabProgram.root + "/results/quickstart")
    let arguments = words.split(separator: " ").map(String.init)
    let run = try RangeLabProgram.run(arguments, in: work.path, output: "/dev/full")
    #expect(run.code == 74, "\(run.messages)")
    #expect(run.messages.contains("error: standard output cannot be written: "), "\(run.messages)")
    #expect(try RangeLabProgram.run(arguments, in: work.path).code == 0, "with room it is done")
  }

  @Test func `what went wrong before the output keeps its code`() throws {
    let work = try Workspace.sample()
    try work.write(TensorBytes.npy([.nan], shape: [1]), to: "nan.npy")
    let run = try RangeLabProgram.run(
      ["estimate", "w.npy", "nan.npy"], in: work.path, output: "/dev/full")
    #expect(run.code == 3 && run.messages.contains("standard output cannot be written"))
  }

  @Test(arguments: [
    ("-o w.npy", "--output: w.npy is the input"),
    ("-o ./w.npy", "--output: ./w.npy is the input"),
    ("-o link.npy", "--output: link.npy is the input"),
    ("-o second.npy", "--output: second.npy is the input"),
    ("-o ../FOLDER/w.npy", "is the input"),
    ("-o c.npy --params w.npy", "--params: w.npy is the input"),
    ("-o c.npy --params c.npy", "--params: c.npy is the output of --output too"),
    ("-o c.npy --params ./c.npy", "--params: ./c.npy is the output of --output too"),
    ("-o old.npy --params hard.npy", "--params: hard.npy is the output of --output too"),
  ])
  func `quantize does not overwrite what it reads, nor one output by the other`(
    options: String, message: String
  ) throws {
    let work = try Workspace.sample()
    symlink("w.npy", work.path + "/link.npy")
    Glibc.link(work.path + "/w.npy", work.path + "/second.npy")
    try work.write("old", to: "old.npy")
    Glibc.link(work.path + "/old.npy", work.path + "/hard.npy")
    let before = (try work.bytes("w.npy"), try work.names())
    let folder = try #require(work.path.split(separator: "/").last)
    let words = options.replacing("FOLDER", with: folder).split(separator: " ").map(String.init)
    let run = try RangeLabProgram.run(
      ["quantize", "w.npy", "-e", "minmax", "-b", "8"] + words, in: work.path)
    #expect(run.code == 64 && run.messages.contains(message), "\(run.messages)")
    #expect(try work.bytes("w.npy") == before.0 && work.names() == before.1)
  }

  @Test func `a page does not take the place of the tensor it shows`() throws {
    let work = try Workspace()
    try work.write(TensorBytes.npy(TensorBytes.ramp(24), shape: [24]), to: "inspect.html")
    let before = try work.bytes("inspect.html")
    let run = try work.run("inspect", "inspect.html", "-o", ".")
    #expect(run.code == 64 && run.messages.contains("is the input inspect.html"), "\(run.messages)")
    #expect(try work.names() == ["inspect.html"] && work.bytes("inspect.html") == before)
  }

  @Test func `run, check, compare and report do not write over what they read`() throws {
    let work = try Workspace.sample()
    #expect(try work.run("run", "m.yaml", "-o", "out").code == 0)
    let table = try work.bytes("out/results.csv")
    // A tensor may be called like a table, and a manifest like a summary.
    try work.write("1,2,3\n", to: "timings.csv")
    try work.write(
      "name: t\ntensors: [{file: timings.csv}]\nestimators: [minmax]\nbits: 8\n", to: "t.yaml")
    symlink("out", work.path + "/link")
    for line in [
      "run t.yaml -o .", "check out --baseline out/results.csv --write text=out/results.csv",
      "check out --baseline out/results.csv --write text=a --write json=./a",
      "check out --baseline out/results.csv --write text=link/results.csv",
      "compare out --figure link/results.csv", "compare out/results.csv --figure ./out/results.csv",
    ] {
      let run = try RangeLabProgram.run(line.split(separator: " ").map(String.init), in: work.path)
      #expect(
        run.code == 64 && run.messages.contains("; expected another file"),
        "\(line) \(run.messages)")
      #expect(run.output.isEmpty)
    }
    try work.write(table, to: "report.html")
    let report = try work.run("report", "report.html", "-o", ".")
    #expect(
      report.code == 64 && report.messages.contains("is the input report.html"),
      "\(report.messages)")
    #expect(try work.bytes("report.html") == table && work.bytes("out/results.csv") == table)
    #expect(try work.text("timings.csv") == "1,2,3\n" && !work.exists("a"))
  }
}
