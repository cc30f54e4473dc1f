import _TestSupport
import Foundation
import Testing

/// `rangelab ranges score` on tensors whose errors are known, and on a network.
@Suite("Ranges that others chose")
struct RangesScoreTests {
  private let work: Workspace

  init() throws { work = try Workspace() }

  /// A file of ranges on two-bit codes 0...3 for a tensor of four values.
  private func write(
    _ name: String, tensor: String = "x", shape: String = "[4]", scale: Double, to file: String
  ) throws {
    try work.write(
      """
      {"format": "rangelab-ranges", "version": 1, "tensors": [{"name": "\(tensor)", "kind": "weight",
       "shape": \(shape), "bits": 2, "scheme": "affine", "grid": "unsigned", "estimator": "\(name)",
       "scale": [\(scale)], "zero_point": [0]}]}
      """, to: file)
  }

  private func rows(_ line: String, code: Int32 = 0) throws -> [[String: Any]] {
    let run = try RangeLabProgram.run(line.split(separator: " ").map(String.init), in: work.path)
    #expect(run.code == code, "\(line): \(run.messages)")
    let found = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
    return try #require(found?["ranges"] as? [[String: Any]])
  }

  @Test func `errors are those of the codes, beside the least there is`() throws {
    try work.write(TensorBytes.npy([0, 1, 2.5, 10], shape: [4]), to: "x.npy")
    try write("narrow", scale: 1, to: "narrow.json")
    try write("wide", scale: 10 / 3.0, to: "wide.json")
    let found = try rows("ranges score narrow.json w=wide.json x.npy --format json")
    #expect(found.map { $0["set"] as? String } == ["narrow", "w"])
    // 0, 1, 2 (2.5 is a tie and goes to the even code), 3 for 10: 0.25 by rounding, 49 by clipping.
    #expect(found[0]["mse"] as? Double == 49.25 / 4)
    #expect(found[0]["clipping_mse"] as? Double == 49 / 4.0)
    #expect(found[0]["rounding_mse"] as? Double == 0.25 / 4)
    #expect(found[0]["high"] as? Double == 3)
    // 0, 0, 3.33 and 10: 1 and 0.6944.
    let wide = try #require(found[1]["mse"] as? Double)
    #expect(abs(wide - (1 + 25.0 / 36) / 4) < 1e-6)
    let least = try #require(found[1]["best_mse"] as? Double)
    #expect(found[0]["best_mse"] as? Double == least && least <= wide)
    let regrets = found.map { $0["regret"] as? Double ?? -1 }
    #expect(abs(regrets[0] - (49.25 / 4 / least - 1)) < 1e-9 * regrets[0])
    #expect(regrets[0] > regrets[1])
  }

  @Test func `the gate refuses regret, and the best ranges have none`() throws {
    try work.write(TensorBytes.npy([0, 1, 2.5, 10], shape: [4]), to: "x.npy")
    try write("narrow", scale: 1, to: "narrow.json")
    let run = try RangeLabProgram.run(
      ["ranges", "score", "narrow.json", "x.npy", "--max-regret", "0.5", "-o", "better.json"],
      in: work.path)
    #expect(run.code == 2 && run.output.contains("| narrow"))
    #expect(
      run.messages.contains("1 of 1 ranges have more regret than 0.5; the worst is 'x' of narrow"))
    let better = try rows("ranges score better.json x.npy --max-regret 0 --format json")
    #expect(better[0]["regret"] as? Double == 0)
    let table = try RangeLabProgram.run(
      ["ranges", "score", "narrow.json", "better.json", "x.npy", "--format", "csv"], in: work.path)
    try work.write(table.output, to: "results.csv")
    let compared = try RangeLabProgram.run(["compare", "results.csv"], in: work.path)
    #expect(compared.code == 0 && compared.output.contains("better"), "\(compared.messages)")
  }

  @Test func `ranges that do not fit are named`() throws {
    try work.write(TensorBytes.npy([0, 1, 2.5, 10], shape: [4]), to: "weight.npy")
    try write("a", tensor: "weigth", scale: 1, to: "a.json")
    try work.expectFailure(
      "ranges score a.json weight.npy", 65,
      "a: 'weigth': there is no tensor of this name; did you mean 'weight'?")
    try write("b", tensor: "weight", shape: "[2, 2]", scale: 1, to: "b.json")
    try work.expectFailure(
      "ranges score b.json weight.npy", 65,
      "b: 'weight': the range is for the shape [2, 2]; the tensor has [4]")
    try work.expectFailure("ranges score b.json", 64, "nothing to measure on")
    try work.expectFailure("ranges score weight.npy", 64, "no file of ranges (.json)")
    try work.write("{\"format\": \"other\"}", to: "c.json")
    try work.expectFailure("ranges score c.json weight.npy", 65, "c.json: ")
  }

  @Test func `a network scores its own ranges as it measured them`() throws {
    var numbers = SplitMix(seed: 5)
    let images = TensorBytes.npy(numbers.floats(8 * 784), shape: [8, 1, 28, 28])
    try work.write(TensorBytes.npz(members: [("image", images)]), to: "d.npz")
    let model = NetworkFiles.model("fashion")
    for rule in ["minmax", "mse"] {
      let run = try RangeLabProgram.run(
        [
          "model", "calibrate", model, "--data", "d.npz", "--weights", rule, "--activations", rule,
          "--regret", "-o", "\(rule).json",
        ], in: work.path)
      #expect(run.code == 0, "\(run.messages)")
    }
    let scored = try rows(
      "ranges score minmax.json mse.json --model \(model) --data d.npz --format json")
    let text = try String(contentsOfFile: work.path("minmax.json"), encoding: .utf8)
    let document = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    let chosen = try #require(document?["tensors"] as? [[String: Any]])
    let minmax = scored.filter { $0["set"] as? String == "minmax" }
    #expect(minmax.count == chosen.count && chosen.count == 16)
    for (score, range) in zip(minmax, chosen) {
      #expect(score["tensor"] as? String == range["name"] as? String)
      #expect(score["mse"] as? Double == range["mse"] as? Double)
      #expect(score["regret"] as? Double == range["regret"] as? Double)
    }
    let best = scored.filter { $0["set"] as? String == "mse" }
    #expect(best.count == 16 && best.allSatisfy { $0["regret"] as? Double == 0 })
    try work.expectFailure(
      "ranges score mse.json --model \(model)", 65,
      "is an activation; expected samples to show its values")
  }
}
