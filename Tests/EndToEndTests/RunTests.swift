import _TestSupport
import Foundation
import Testing

@Suite struct RunTests {
  private let header =
    "tensor,elements,estimator,bits,scheme,grid,granularity,lanes,scale,zero_point,lower,upper,"
    + "mse,clipping_mse,rounding_mse,clipped_fraction,sqnr_db,max_abs_error,cosine,status,notes,"
    + "optimal_mse,regret,certificate,calibration,held_out,bits_per_value"

  /// The cells of a table of results as `estimator bits`.
  private func cells(_ table: String) -> [String] {
    table.split(separator: "\n").dropFirst().map {
      let columns = $0.split(separator: ",", omittingEmptySubsequences: false)
      return "\(columns[2]) \(columns[3])"
    }
  }

  @Test func `a run writes sorted rows under the documented header`() throws {
    let work = try Workspace.sample()
    let run = try work.run("run", "m.yaml", "-o", "out", "--set", "bits=[16,4,8]")
    #expect(run.code == 0 && run.messages.contains("6 cells, 6 computed now, 0 failed"))
    #expect(!run.output.contains("computed now") && !run.output.isEmpty)
    let table = try work.text("out/results.csv")
    #expect(table.hasPrefix(header + "\n") && table.hasSuffix("\n"))
    #expect(cells(table) == ["minmax 4", "minmax 8", "minmax 16", "mse 4", "mse 8", "mse 16"])
    #expect(!table.contains(work.path), "no path outside the repository")
    #expect(
      try work.names(in: "out").filter { !$0.hasPrefix(".") }
        == ["profiles.json", "provenance.json", "results.csv", "summary.md", "timings.csv"])
  }

  @Test func `each instruction set gives the same bytes, and one that cannot run is refused`()
    throws
  {
    let work = try Workspace.sample()
    #expect(try work.run("run", "m.yaml", "-o", "best").code == 0)
    var found: Set<String> = []
    for path in ["baseline", "avx2", "avx512"] {
      let run = try RangeLabProgram.run(
        ["run", "m.yaml", "-o", path], in: work.path, variable: "RANGELAB_KERNELS=\(path)")
      if run.code == 64 { continue }
      #expect(run.code == 0, "\(run.messages)")
      #expect(try work.bytes("\(path)/results.csv") == work.bytes("best/results.csv"))
      let provenance = try work.text("\(path)/provenance.json")
      #expect(provenance.contains("\"\(path)\""), "the path is the one that ran")
      found.insert(path)
    }
    #expect(found.contains("baseline"), "every processor has it")
    let run = try RangeLabProgram.run(
      ["list", "metrics"], in: work.path, variable: "RANGELAB_KERNELS=mmx")
    #expect(
      run.code == 64 && run.messages.contains("RANGELAB_KERNELS cannot be 'mmx'; expected one of"))
  }

  @Test func `results go to a folder of the manifest's name by default`() throws {
    let work = try Workspace.sample()
    #expect(try work.run("run", "m.yaml").code == 0)
    #expect(work.exists("results/small/results.csv"))
  }

  @Test func `a plan counts what is to run and, after a run, what is cached`() throws {
    let work = try Workspace.sample()
    let before = try work.run("plan", "m.yaml", "-o", "out")
    #expect(before.code == 0 && before.output.contains("4 cells: 4 to run, 0 cached"))
    #expect(before.output.contains("run      w minmax 4 bits symmetric narrow tensor\n"))
    #expect(!work.exists("out"), "planning writes nothing")
    #expect(try work.run("run", "m.yaml", "-o", "out").code == 0)
    let after = try work.run("plan", "m.yaml", "-o", "out", "--set", "bits=[4,8,12]")
    #expect(after.output.contains("6 cells: 2 to run, 4 cached"))
    let again = try work.run("run", "m.yaml", "-o", "out")
    #expect(again.code == 0 && again.messages.contains("4 cells, 0 computed now"))
  }

  @Test func `a filter computes its cells and keeps what others have finished`() throws {
    let work = try Workspace.sample()
    let first = try work.run("run", "m.yaml", "-o", "out", "--filter", "minmax")
    #expect(first.code == 0 && first.messages.contains("2 cells of the manifest are not run yet"))
    #expect(cells(try work.text("out/results.csv")) == ["minmax 4", "minmax 8"])
    let second = try work.run("run", "m.yaml", "-o", "out", "--filter", "mse 8")
    #expect(second.messages.contains("3 cells, 1 computed now"))
    #expect(cells(try work.text("out/results.csv")) == ["minmax 4", "minmax 8", "mse 8"])
    let nothing = try work.run("run", "m.yaml", "-o", "fresh", "--filter", "nothing")
    #expect(nothing.code == 65 && nothing.messages.contains("matches none of the cells"))
    #expect(!work.exists("fresh"))
  }

  @Test func `force computes everything again to the same bytes`() throws {
    let work = try Workspace.sample()
    #expect(try work.run("run", "m.yaml", "-o", "out", "-j", "1").code == 0)
    let before = try work.bytes("out/results.csv")
    let run = try work.run("run", "m.yaml", "-o", "out", "-j", "4", "--force")
    #expect(run.code == 0 && run.messages.contains("4 cells, 4 computed now"))
    #expect(try work.bytes("out/results.csv") == before)
  }

  @Test func `forcing some cells leaves the results of the others in the table`() throws {
    let work = try Workspace.sample()
    #expect(try work.run("run", "m.yaml", "-o", "out").code == 0)
    let before = try work.bytes("out/results.csv")
    let run = try work.run("run", "m.yaml", "-o", "out", "--force", "--filter", "mse 8")
    #expect(run.code == 0 && run.messages.contains("1 computed now"))
    #expect(try work.bytes("out/results.csv") == before)
  }

  @Test func `a finished cell that was damaged is computed again`() throws {
    let work = try Workspace.sample()
    #expect(try work.run("run", "m.yaml", "-o", "out").code == 0)
    let before = try work.bytes("out/results.csv")
    let files = try FileManager.default.subpathsOfDirectory(atPath: work.path + "/out/.segments")
    let path = "out/.segments/" + (try #require(files.first))
    var lines = try work.text(path).split(separator: "\n").map(String.init)
      .filter { $0.contains(" cell ") }
    try #require(lines.count == 4)
    lines[0] = String(lines[0].dropLast(9))
    lines[2] = "1.0 not,a,record"
    try work.write(lines.map { $0 + "\n" }.joined(), to: path)
    let run = try work.run("run", "m.yaml", "-o", "out")
    #expect(run.code == 0 && run.messages.contains("2 computed now"), "\(run.messages)")
    #expect(try work.bytes("out/results.csv") == before)
  }

  @Test func `a tensor that turns out to be bad fails its cells only, exit code 3`() throws {
    let work = try Workspace.sample()
    try work.write(TensorBytes.npy([1, .nan], shape: [2]), to: "bad.npy")
    let run = try work.run(
      "run", "m.yaml", "-o", "out", "--set", "tensors=[{file: bad.npy}, {file: w.npy}]")
    #expect(run.code == 3 && run.messages.contains("8 cells, 8 computed now, 4 failed"))
    let lines = try work.text("out/results.csv").split(separator: "\n").dropFirst()
    #expect(lines.prefix(4).allSatisfy { $0.contains("failed: bad.npy: 1 non-finite value") })
    #expect(lines.suffix(4).allSatisfy { $0.contains(",ok,") })
  }
}
