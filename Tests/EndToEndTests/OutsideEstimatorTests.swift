import _TestSupport
import Foundation
import Testing

/// The command line of another package, with a rule of its own in the registry.
@Suite struct OutsideEstimatorTests {
  private func run(_ arguments: String..., in work: Workspace) throws -> RangeLabProgram.Outcome {
    try RangeLabProgram.run(
      arguments, in: work.path, program: RangeLabProgram.built("example-lab"))
  }

  @Test("a rule of another package is listed, and estimates a part of the range")
  func estimate() throws {
    let work = try Workspace.sample()
    let list = try run("list", "estimators", in: work)
    #expect(
      list.output.contains(
        "part-range\n    a part of the smallest to largest value\n    share = 0.5  (a number from 0.01 to 1)"
      ))
    let all = try run(
      "estimate", "w.npy", "-e", "part-range", "part-range[share=0.25]", "minmax", "-b", "8",
      "--format", "json", in: work)
    let scales = try jsonObjects(all.output).map { object in
      try #require((object["lanes"] as? [[String: Any]])?.first?["scale"] as? Double)
    }
    try #require(scales.count == 3)
    #expect(scales[0] == scales[2] / 2 && scales[1] == scales[2] / 4)
  }

  @Test("its results are kept, compared and reported as all others")
  func experiment() throws {
    let work = try Workspace.sample()
    try work.write(
      try work.text("m.yaml").replacing("[minmax, mse]", with: "[part-range, mse]"), to: "m.yaml")
    #expect(try run("run", "m.yaml", in: work).code == 0)
    #expect(try work.text("results/small/results.csv").contains("w,24,part-range,4,"))
    #expect(try run("plan", "m.yaml", in: work).output.contains("0 to run, 4 cached"))
    let comparison = try run("compare", "results/small", "-e", "part-range", "mse", in: work)
    #expect(comparison.code == 0 && comparison.output.contains("part-range"))
    #expect(try run("report", "m.yaml", "-o", "page", in: work).code == 0)
    #expect(try work.text("page/report.html").contains("part-range"))
  }

  @Test("without it the name is unknown")
  func unknown() throws {
    let work = try Workspace.sample()
    try work.expectFailure(
      "estimate w.npy -e part-range -b 4", 64, "unknown estimator 'part-range'")
  }
}
