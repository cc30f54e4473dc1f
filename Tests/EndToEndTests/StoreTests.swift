import _TestSupport
import Foundation
import Testing

/// What `run` keeps of finished cells, and when it takes them again.
@Suite struct StoreTests {
  /// The path of the only segment below a workspace.
  private func file(_ work: Workspace) throws -> String {
    let files = try FileManager.default.subpathsOfDirectory(atPath: work.path + "/out/.segments")
    try #require(files.count == 1)
    return "out/.segments/" + files[0]
  }

  /// The kept lines, those of cells first.
  private func kept(_ work: Workspace) throws -> [String] {
    let lines = try work.text(try file(work)).split(separator: "\n").map(String.init)
    return lines.filter { $0.contains(" cell ") } + lines.filter { !$0.contains(" cell ") }
  }

  @Test func `another number of batches is another tensor`() throws {
    let work = try Workspace()
    try work.write(TensorBytes.npy(TensorBytes.ramp(96), shape: [16, 6]), to: "w.npy")
    func manifest(_ batches: Int) -> String {
      """
      name: batches
      tensors: [{file: w.npy, batches: \(batches)}]
      estimators: [moving-average-minmax, minmax]
      bits: 4
      """
    }
    try work.write(manifest(4), to: "four.yaml")
    try work.write(manifest(16), to: "sixteen.yaml")
    #expect(try work.run("run", "four.yaml", "-o", "out").code == 0)
    let four = try work.text("out/results.csv")
    let run = try work.run("run", "sixteen.yaml", "-o", "out")
    #expect(run.code == 0 && run.messages.contains("2 computed now"), "\(run.messages)")
    #expect(try work.run("run", "sixteen.yaml", "-o", "fresh").code == 0)
    #expect(try work.text("out/results.csv") == work.text("fresh/results.csv"))
    #expect(try work.text("out/results.csv") != four, "the rule looks at batches one by one")
  }

  @Test func `a failed cell is tried again by the next run, others are not`() throws {
    let work = try Workspace.sample()
    try work.write(TensorBytes.npy([1, .nan], shape: [2]), to: "bad.npy")
    let tensors = "tensors=[{file: bad.npy}, {file: w.npy}]"
    let first = try work.run("run", "m.yaml", "-o", "out", "--set", tensors)
    #expect(
      first.code == 3 && first.messages.contains("8 computed now, 4 failed"), "\(first.messages)")
    #expect(try kept(work).count { $0.contains(" cell ") } == 4)
    let plan = try work.run("plan", "m.yaml", "-o", "out", "--set", tensors)
    #expect(plan.output.contains("8 cells: 4 to run, 4 cached"))
    let second = try work.run("run", "m.yaml", "-o", "out", "--set", tensors)
    #expect(
      second.code == 3 && second.messages.contains("4 computed now, 4 failed"), "\(second.messages)"
    )
  }

  @Test func `of many finished cells only the damaged one is computed again`() throws {
    let work = try Workspace.sample()
    #expect(try work.run("run", "m.yaml", "-o", "out").code == 0)
    let before = try work.bytes("out/results.csv")
    for damage in ["", "1.0\nnot,a,record\n", "\"", "\u{0}"] {
      var lines = try kept(work)
      lines[1] = damage
      try work.write(lines.map { $0 + "\n" }.joined(), to: try file(work))
      let run = try work.run("run", "m.yaml", "-o", "out")
      #expect(run.code == 0 && run.messages.contains("4 cells, 1 computed now"), "\(run.messages)")
      #expect(
        run.messages.contains("damaged and computed again: 1 stored cell\n"), "\(run.messages)")
      #expect(try work.bytes("out/results.csv") == before)
    }
  }

  @Test func `a plan says why cells that are there are computed again`() throws {
    let work = try Workspace.sample()
    func plan(_ more: String...) throws -> String {
      try RangeLabProgram.run(["plan", "m.yaml", "-o", "out"] + more, in: work.path).output
    }
    let wider = ["--set", "bits=[4,8,5]"]
    #expect(try !plan().contains("to run: "), "all of it is new")
    #expect(try work.run("run", "m.yaml", "-o", "out").code == 0)
    #expect(try !plan().contains("to run: ") && !plan(wider[0], wider[1]).contains("to run: "))
    #expect(try plan("--force").contains("\nto run: 4 again: --force (4)\n"))
    #expect(
      try plan("--set", "nonfinite=skip").contains("\nto run: 4 again: nonfinite is another (4)\n"))
    let before = try work.bytes("out/results.csv")
    let original = try work.bytes("w.npy")
    try work.write(
      TensorBytes.npy(TensorBytes.ramp(24).map { $0 * 2 }, shape: [4, 6]), to: "w.npy")
    #expect(
      try plan(wider[0], wider[1])
        .contains("\nto run: 2 new, 4 again: the input w.npy changed (4)\n6 cells: 6 to run"))
    #expect(try work.run("run", "m.yaml", "-o", "out").code == 0)
    #expect(try work.bytes("out/results.csv") != before)
    try work.write(original, to: "w.npy")
    let back = try work.run("run", "m.yaml", "-o", "out")
    #expect(back.messages.contains("4 cells, 0 computed now"), "what was is kept: \(back.messages)")
    #expect(try work.bytes("out/results.csv") == before)
  }

  @Test func `a rule that is not defined there is skipped, which is no failure`() throws {
    let work = try Workspace.sample()
    for estimators in ["[hqq, minmax]", "[hqq]"] {
      let run = try work.run(
        "run", "m.yaml", "-o", "out", "--set", "estimators=\(estimators)", "--set", "bits=[4]")
      #expect(run.code == 0 && run.messages.contains("0 failed"), "\(run.messages)")
      #expect(try work.text("out/results.csv").contains(",skipped: "))
    }
  }

  @Test func `empty tensors fail alone, and bad ones can be excluded`() throws {
    let work = try Workspace.sample()
    try work.write(TensorBytes.npy([], shape: [0, 4]), to: "empty.npy")
    try work.write("junk", to: "junk.npy")
    let tensors = "tensors=[{file: '*.npy'}]"
    let all = try work.run("run", "m.yaml", "-o", "out", "--set", tensors)
    #expect(all.code == 65 && all.messages.contains("cannot use the tensor file: junk.npy"))
    let some = try work.run(
      "run", "m.yaml", "-o", "out", "--set", tensors, "--set", "exclude=[{tensor: junk}]")
    #expect(some.code == 3 && some.messages.contains("8 cells, 8 computed now, 4 failed"))
    #expect(
      try work.text("out/results.csv").contains(
        ",\"failed: empty.npy: empty tensor: shape (0, 4) has no elements"))
    let good = try work.run(
      "run", "m.yaml", "-o", "out", "--set", tensors, "--set", "exclude=[{tensor: [junk, emp*]}]")
    #expect(good.code == 0 && good.messages.contains("4 cells"), "\(good.messages)")
  }
}
