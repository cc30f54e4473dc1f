import _TestSupport
import Foundation
import Testing

@Suite struct InspectTests {
  /// Eight values with an outlier, as `w.npy`.
  private static func workspace() throws -> Workspace {
    let work = try Workspace()
    try work.write(TensorBytes.npy([7, -2, 0, 1, -1, 2, 0, 1], shape: [2, 4]), to: "w.npy")
    return work
  }

  @Test func `the terminal shows statistics, a histogram with ranges, and what they cost`() throws {
    let work = try Self.workspace()
    let run = try work.run("inspect", "w.npy", "-b", "4", "-e", "minmax", "percentile[p=80]", "mse")
    #expect(run.code == 0 && run.messages.isEmpty, "\(run.messages)")
    let lines = run.output.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.first == "w, 2 x 4")
    for text in [
      "excess kurtosis                   1.13", "zeros                             25 %",
      "negative, of the rest             33 %", "levels, 4 bits, symmetric narrow  6 of 15",
      "4 bits, symmetric narrow", "| minmax           |",
    ] {
      #expect(run.output.contains(text), "\(text)")
    }
    // The values begin at -2, so the lower end of a symmetric range of 7 is out of the picture.
    let mark = String(repeating: "─", count: 58)
    #expect(run.output.contains("             minmax ◂\(mark)┤\n"))
    #expect(run.output.contains("█") && lines.allSatisfy { $0.count <= 80 })
  }

  @Test func `without options there are four estimators at four and eight bits`() throws {
    let work = try Self.workspace()
    let run = try work.run("inspect", "w.npy", "--format", "json")
    #expect(run.code == 0)
    let choices = try #require(try jsonObjects(run.output).first?["choices"] as? [[String: Any]])
    let names = ["minmax", "percentile[p=99.99]", "kl", "mse"]
    #expect(
      choices.compactMap { $0["estimator"] as? String } == names.flatMap { [$0, $0] })
    #expect(choices.compactMap { $0["bits"] as? Int } == [4, 8, 4, 8, 4, 8, 4, 8])
  }

  @Test func `JSON has the profile as profiles have it and choices as estimate has them`() throws {
    let work = try Self.workspace()
    let options = ["w.npy", "-e", "minmax", "mse", "-b", "3", "--scheme", "affine"]
    let run = try RangeLabProgram.run(
      ["inspect"] + options + ["--format", "json"], in: work.path)
    let object = try #require(try jsonObjects(run.output).first)
    let profile = try #require(object["profile"] as? [String: Any])
    #expect(profile["elements"] as? Int == 8 && profile["shape"] as? [Int] == [2, 4])
    let statistics = try #require(profile["statistics"] as? [String: Any])
    #expect(statistics["maximum"] as? Double == 7 && statistics["mean"] as? Double == 1)
    let grid = try #require((profile["grids"] as? [[String: Any]])?.first)
    #expect(grid["bits"] as? Int == 3 && grid["scheme"] as? String == "affine")
    let curve = try #require(grid["curve"] as? [String: Any])
    #expect((curve["clips"] as? [Double])?.count == 100)
    let estimate = try RangeLabProgram.run(
      ["estimate"] + options + ["--regret", "--format", "json"], in: work.path)
    #expect(
      try jsonObjects(estimate.output) as NSArray == object["choices"] as? NSArray)
  }

  @Test func `lanes have ranges of their own, the picture is of the whole tensor`() throws {
    let work = try Self.workspace()
    let run = try work.run(
      "inspect", "w.npy", "-e", "minmax", "-b", "4", "--granularity", "channel:0")
    #expect(run.code == 0 && run.output.contains("2 lanes") && run.output.contains("values  "))
    let bad = try work.run("inspect", "w.npy", "--granularity", "channel:2")
    #expect(bad.code == 64 && bad.messages.contains("w.npy") && bad.output.isEmpty)
  }

  @Test func `a page and its figures stand in a folder, the same bytes twice`() throws {
    let work = try Self.workspace()
    for folder in ["a", "b"] {
      let run = try work.run(
        "inspect", "w.npy", "-b", "4", "-o", folder, "--granularity", "channel:0")
      #expect(run.code == 0 && run.messages.contains("\(folder)/inspect.html"), "\(run.messages)")
    }
    let names = try work.names(in: "a")
    #expect(names.contains("inspect.html") && names.count { $0.hasSuffix(".svg") } == 3)
    for name in names { #expect(try work.bytes("a/\(name)") == work.bytes("b/\(name)")) }
    let page = try work.text("a/inspect.html")
    #expect(page.contains("<svg") && !page.contains("<script") && !page.contains(work.path))
    // The icon is a link to data within the page; nothing is loaded.
    #expect(!page.contains("src=") && !page.contains("@import"))
    #expect(!page.replacing("<link rel=\"icon\" href=\"data:,\"/>", with: "").contains("<link"))
    #expect(page.utf8.count < 300_000)
  }

  @Test func `what cannot be inspected says why in one line`() throws {
    let work = try Self.workspace()
    try work.write(TensorBytes.npy([1, .nan], shape: [2]), to: "bad.npy")
    try work.write(TensorBytes.npy([.infinity, .nan], shape: [2]), to: "none.npy")
    try work.write(TensorBytes.npy([], shape: [0]), to: "empty.npy")
    try work.write("a file", to: "file")
    for (arguments, code, text) in [
      (["absent.npy"], 66, "absent.npy"), (["bad.npy"], 65, "index 1"),
      (["none.npy", "--nonfinite", "skip"], 65, "no finite value"), (["empty.npy"], 65, "empty"),
      ([], 64, "no tensor file"), (["w.npy", "-b", "40"], 64, "'40'"),
      (["w.npy", "-e", "kll"], 64, "kll"), (["w.npy", "-o", "file/out"], 64, "file/out"),
    ] {
      let run = try RangeLabProgram.run(["inspect"] + arguments, in: work.path)
      #expect(run.code == Int32(code) && run.output.isEmpty, "\(arguments): \(run.code)")
      #expect(
        run.messages.contains(text) && run.messages.split(separator: "\n").count == 1,
        "\(run.messages)")
    }
    #expect(!work.exists("inspect.html"))
  }

  @Test func `a method without meaning is shown as skipped`() throws {
    let work = try Self.workspace()
    let asked = try work.run("inspect", "w.npy", "-b", "16", "-e", "kl")
    #expect(asked.code == 0 && asked.output.contains("kl: skipped: not defined for 16 bits"))
    let default16 = try work.run("inspect", "w.npy", "-b", "16")
    #expect(default16.code == 0 && default16.output.contains("kl: skipped"))
  }

  @Test func `awkward tensors are shown`() throws {
    let work = try Workspace()
    let tensors: [[Float]] = [
      [0, 0, 0], [2.5], [0.1, 0.1], [.leastNonzeroMagnitude, -.leastNormalMagnitude, 0],
      [3.4e38, -3.4e38, 1], [-1, -2],
    ]
    for (index, values) in tensors.enumerated() {
      try work.write(TensorBytes.npy(values, shape: [values.count]), to: "t\(index).npy")
    }
    let files = tensors.indices.map { "t\($0).npy" }
    for scheme in ["symmetric", "affine"] {
      let run = try RangeLabProgram.run(
        ["inspect"] + files + ["--scheme", scheme, "-o", scheme], in: work.path)
      #expect(run.code == 0 && !run.output.contains("nan"), "\(run.messages)")
      #expect(try !work.text("\(scheme)/inspect.html").lowercased().contains("nan"))
    }
  }
}
