import _TestSupport
import Foundation
import Testing

@Suite struct BatchTests {
  /// Three batches of 2 x 4, whose largest values are 1, 4 and 2, and the same values in one file.
  private static func workspace() throws -> Workspace {
    let work = try Workspace()
    let batches: [[Float]] = [
      [1, -0.5, 0.25, 0.75, -1, 0.3, 0.1, 0.9], [4, -3, 0.5, 2, 1.25, -0.3, 2.2, 0.01],
      [2, -1.5, 0.7, 1.1, -0.9, 0.4, 1.9, -0.2],
    ]
    for (index, batch) in batches.enumerated() {
      try work.write(TensorBytes.npy(batch, shape: [2, 4]), to: "x_\(index).npy")
    }
    try work.write(TensorBytes.npy(batches.flatMap { $0 }, shape: [6, 4]), to: "x.npy")
    try work.write(manifest, to: "batches.yaml")
    return work
  }

  private static let manifest = """
    name: batches
    tensors:
      - {batches: ["x_*.npy"], name: x}
      - {synthetic: {distribution: student-t, shape: [12, 40]}, batches: 4}
    estimators: [minmax, mse, moving-average-minmax]
    bits: [4, 8]
    granularities: [tensor, channel:1]
    calibration: [all, 1, 2, {batches: 0..0, held_out: 2..2}]

    """

  private func object(_ work: Workspace, _ arguments: String...) throws -> [String: Any] {
    let run = try RangeLabProgram.run(
      ["estimate"] + arguments + ["-b", "4", "--format", "json"], in: work.path)
    #expect(run.code == 0, "\(run.messages)")
    let objects = try jsonObjects(run.output)
    #expect(objects.count == 1)
    return try #require(objects.first)
  }

  @Test func `files are batches of one tensor, like slices of one file`() throws {
    let work = try Self.workspace()
    let keys = ["elements", "mse", "optimal_mse", "cosine", "calibration", "held_out", "lanes"]
    func numbers(_ object: [String: Any]) -> NSDictionary {
      object.filter { keys.contains($0.key) } as NSDictionary
    }
    let files = ["x_0.npy", "x_1.npy", "x_2.npy", "--batches"]
    let slices = ["x.npy", "--batch-count", "3"]
    for options in [
      ["-e", "mse"], ["-e", "mse", "--calibrate", "1"],
      ["-e", "mean-minmax", "--calibrate", "1..2"],
      ["-e", "mse", "--granularity", "channel:1", "--calibrate", "2"],
      ["-e", "mse", "--calibrate", "0..0", "--hold-out", "2..2", "--nonfinite", "skip"],
    ] {
      let runs = try [files, slices].map { input in
        let run = try RangeLabProgram.run(
          ["estimate"] + input + options + ["--regret", "-b", "4", "--format", "json"],
          in: work.path)
        #expect(run.code == 0, "\(run.messages)")
        return try #require(try jsonObjects(run.output).first)
      }
      #expect(numbers(runs[0]) == numbers(runs[1]), "\(options)")
      #expect(runs[0]["tensor"] as? String == "x_0..x_2")
      #expect((runs[0]["held_out"] != nil) == options.contains("--calibrate"))
    }
  }

  @Test func `the held-out error is that of the calibrated range on the other batches`() throws {
    let work = try Self.workspace()
    let heldOut = try object(
      work, "x.npy", "--batch-count", "3", "--calibrate", "1", "--regret", "-e", "minmax")
    #expect(heldOut["calibration"] as? String == "0..0" && heldOut["held_out"] as? String == "1..2")
    #expect(heldOut["elements"] as? Int == 16)
    // The range is that of the first batch, 1 / 7 a step: by hand on the others.
    let others: [Double] = [
      4, -3, 0.5, 2, 1.25, -0.3, 2.2, 0.01, 2, -1.5, 0.7, 1.1, -0.9, 0.4, 1.9, -0.2,
    ]
    let step = Double(Float(1.0 / 7))
    let errors = others.map { value in
      let code = min(7, max(-7, (value / step).rounded(.toNearestOrEven)))
      return (value - code * step) * (value - code * step)
    }
    let mse = try #require(heldOut["mse"] as? Double)
    // Float32 data against Double literals.
    #expect(abs(mse / (errors.reduce(0, +) / 16) - 1) < 1e-6)
    // The optimum is that of the two batches alone, whatever was calibrated on.
    try work.write(TensorBytes.npy(others.map { Float($0) }, shape: [16]), to: "rest.npy")
    let alone = try object(work, "rest.npy", "--regret", "-e", "mse")
    #expect(heldOut["optimal_mse"] as? Double == alone["mse"] as? Double)
    let regret = try #require(heldOut["regret"] as? Double)
    #expect(abs(regret - (mse / (alone["mse"] as? Double ?? 0) - 1)) < 1e-12 && regret > 1)
  }

  @Test func `rules that look at batches see them`() throws {
    let work = try Self.workspace()
    func upper(_ object: [String: Any]) throws -> Double {
      let lanes = try #require(object["lanes"] as? [[String: Any]])
      return try #require(lanes[0]["upper"] as? Double)
    }
    // The mean of 1, 4 and 2, and the largest value where there is one batch.
    let three = try upper(object(work, "x.npy", "--batch-count", "3", "-e", "mean-minmax"))
    let one = try upper(object(work, "x.npy", "-e", "mean-minmax"))
    #expect(abs(three - 7.0 / 3) < 1e-6 && abs(one - 4) < 1e-6)
  }

  @Test func `a run sweeps calibration sizes, caches cells, and gives the same bytes for any jobs`()
    throws
  {
    let work = try Self.workspace()
    let plan = try work.run("plan", "batches.yaml", "-o", "out")
    #expect(plan.output.contains("96 cells: 96 to run"), "\(plan.output)\(plan.messages)")
    #expect(
      plan.output.contains(
        "run      x mse 4 bits symmetric narrow tensor calibration 0..1 held-out 2..2\n"))
    let run = try work.run("run", "batches.yaml", "-o", "out", "-j", "1")
    #expect(
      run.code == 0 && run.messages.contains("96 cells, 96 computed now, 0 failed"),
      "\(run.messages)")
    let table = try work.text("out/results.csv")
    let lines = table.split(separator: "\n").map(String.init)
    let batches = lines.map {
      $0.split(separator: ",", omittingEmptySubsequences: false)[24...25].joined(separator: ",")
    }
    #expect(batches.count { $0 == "0..1,2..3" } == 12)
    #expect(batches.count { $0 == "," } == 24)
    #expect(try work.text("out/summary.md").contains("## Regret on held-out batches"))
    #expect(run.output.contains(" 2 batches |"))
    let timings = try work.text("out/timings.csv")
    #expect(
      timings.hasPrefix(
        "tensor,estimator,bits,scheme,grid,granularity,calibration,held_out,seconds_alone\n"))
    #expect(try work.run("run", "batches.yaml", "-o", "out").messages.contains("0 computed now"))
    let again = try work.run(
      "run", "batches.yaml", "-o", "out", "-j", "4", "--force", "--filter", "held-out 2..2")
    #expect(again.messages.contains("36 computed now"), "\(again.messages)")
    #expect(try work.text("out/results.csv") == table)
    // A batch that changes is another tensor.
    try work.write(TensorBytes.npy(TensorBytes.ramp(8), shape: [2, 4]), to: "x_1.npy")
    let changed = try work.run("run", "batches.yaml", "-o", "out")
    #expect(changed.messages.contains("48 computed now"), "\(changed.messages)")
  }

  @Test func `a cell of a run is what estimate says`() throws {
    let work = try Self.workspace()
    #expect(try work.run("run", "batches.yaml", "-o", "out").code == 0)
    let estimate = try work.run(
      "estimate", "x_0.npy", "x_1.npy", "x_2.npy", "--batches", "--calibrate", "2", "--regret",
      "-e", "minmax", "mse", "-b", "4", "8", "--granularity", "channel:1", "--format", "csv")
    let rows = estimate.output.split(separator: "\n").dropFirst().map {
      String($0).replacing("x_0..x_2,", with: "x,")
    }
    let table = try work.text("out/results.csv").split(separator: "\n").map(String.init)
    #expect(rows.count == 4 && rows.allSatisfy { table.contains($0) })
  }

  @Test(arguments: [
    (["x_0.npy", "--batch-count", "7"], 64, "x_0.npy: a leading axis of 2 cannot be cut"),
    (["x.npy", "--batch-count", "0"], 64, "--batch-count cannot be 0"),
    (["x.npy", "--batch-count", "2", "--batches"], 64, "--batches and --batch-count exclude"),
    (
      ["x.npy", "--batch-count", "3", "--calibrate", "3"], 64, "leaves none of 3 batches to measure"
    ),
    (["x.npy", "--batch-count", "3", "--calibrate", "1..3"], 64, "there is no batch 3 among 3"),
    (["x.npy", "--calibrate", "1"], 64, "there is one batch only"),
    (["x.npy", "--batch-count", "3", "--calibrate", "three"], 64, "--calibrate cannot be 'three'"),
    (["x.npy", "--batch-count", "3", "--hold-out", "1..1"], 64, "--hold-out needs --calibrate"),
    (
      ["x.npy", "--batch-count", "3", "--calibrate", "1", "--hold-out", "x"], 64,
      "--hold-out cannot"
    ),
    (
      ["x.npy", "--batch-count", "3", "--granularity", "channel:0"], 64,
      "axis 0 is cut into batches"
    ),
    (
      ["x_0.npy", "flat.npy", "--batches", "--granularity", "channel:0"], 64,
      "x_0.npy: channel:0 has 2 lanes in batch 0 and 8 in batch 1"
    ),
    (
      ["x_0.npy", "bad.npy", "--batches"], 65,
      "bad.npy: 1 non-finite value (NaN or infinity), at index 2"
    ),
    (["x_0.npy", "none.npy", "--batches"], 66, "none.npy: cannot be opened"),
  ])
  func `what cannot be is said in one line`(
    arguments: [String], code: Int32, message: String
  ) throws {
    let work = try Self.workspace()
    try work.write(TensorBytes.npy(TensorBytes.ramp(8), shape: [8]), to: "flat.npy")
    try work.write(TensorBytes.npy([1, 2, .nan, 4], shape: [1, 4]), to: "bad.npy")
    let run = try RangeLabProgram.run(
      ["estimate"] + arguments + ["-e", "minmax", "-b", "8"], in: work.path)
    #expect(run.code == code && run.output.isEmpty, "\(run.messages)")
    #expect(run.messages.hasPrefix("error: ") && run.messages.contains(message), "\(run.messages)")
    #expect(run.messages.split(separator: "\n").count == 1)
  }

  @Test func `there may be more batches than open files`() throws {
    let work = try Workspace()
    let count = 1200
    for index in 0..<count {
      try work.write(TensorBytes.npy([Float(index), -1], shape: [1, 2]), to: "b\(index).npy")
    }
    let run = try RangeLabProgram.run(
      ["estimate"] + (0..<count).map { "b\($0).npy" }
        + ["--batches", "--calibrate", "0..599", "-e", "minmax", "-b", "8", "--format", "csv"],
      in: work.path)
    #expect(run.code == 0 && run.output.contains(",0..599,600..1199,"), "\(run.messages)")
  }
}
