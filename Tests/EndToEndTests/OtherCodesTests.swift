import _TestSupport
import Foundation
import Testing

/// Ranges that RangeLab's quantizers do not have: what they cost is measured all the same.
@Suite("Ranges on codes of other tools")
struct OtherCodesTests {
  private let work: Workspace

  init() throws { work = try Workspace() }

  private func run(_ line: String, code: Int32 = 0) throws -> RangeLabProgram.Outcome {
    let run = try RangeLabProgram.run(line.split(separator: " ").map(String.init), in: work.path)
    #expect(run.code == code, "\(line): \(run.messages)")
    return run
  }

  private func rows(_ line: String) throws -> [[String: Any]] {
    let found = try JSONSerialization.jsonObject(with: Data(run(line).output.utf8))
    return try #require((found as? [String: Any])?["ranges"] as? [[String: Any]])
  }

  /// `y = x W` with four weights.
  private func writeModel() throws {
    let model = ModelSketch(
      inputs: [.init("x", [nil, 2])], outputs: [.init("y", [nil, 2])],
      [.init("MatMul", ["x", "w"], ["y"])],
      constants: [.init("w", [2, 2], [-2, -1, 0.375, 1])])
    try work.write(Array(model.bytes), to: "m.onnx")
    try work.write(
      TensorBytes.npz(members: [("x", TensorBytes.npy([-2, -1, 0.375, 1], shape: [2, 2]))]),
      to: "d.npz")
  }

  /// Narrow ranges of two bits, the codes -1, 0 and 1, for the weight and the input of the model.
  private static let narrow = """
    name,kind,shape,granularity,bits,scheme,grid,scale,zero_point
    x,activation,,tensor,2,symmetric,narrow,1,0
    w,weight,2x2,tensor,2,symmetric,narrow,1,0

    """

  @Test func `a runtime without a narrow grid is measured as it clamps`() throws {
    try writeModel()
    try work.write(Self.narrow, to: "r.csv")
    _ = try run("ranges import r.csv --from csv --model m.onnx -o r.json")
    // -2 becomes -1 as chosen and stays -2 on full codes; 0.375 is 0 either way. The squares sum up to 6.140625, the
    // errors to 1.140625 and 0.140625: 7.311 dB and 16.402 dB.
    let weights =
      "measured: 1 weight, mean SQNR 16.402 dB in the runtime, 7.311 dB as chosen; the largest change is +9.091 dB, 'w'"
    let activations = weights.replacing("weight", with: "activation").replacing("'w'", with: "'x'")
    let alone = try run("ranges convert r.json --to aimet --model m.onnx -o a.json").messages
    #expect(alone.contains(weights) && !alone.contains(activations), "\(alone)")
    if runtime != nil {
      let both = try run("ranges convert r.json --to aimet --model m.onnx --data d.npz -o a.json")
        .messages
      #expect(both.contains(weights) && both.contains(activations), "\(both)")
    }
    let words = try run("ranges convert r.json --to aimet -o a.json").messages
    #expect(words.contains("the runtime also uses the codes that were left out"))
    #expect(words.contains("not measured; --model and --data show the error"), "\(words)")
    // A format with narrow codes changes nothing, and nothing is measured.
    let same = try run("ranges convert r.json --to openvino --model m.onnx -o a.json").messages
    #expect(!same.contains("measured"), "\(same)")
    try work.expectFailure(
      "ranges convert r.json --to aimet --data d.npz -o b.json", 64,
      "--data is for activations of a --model")
    // What was written is scored with the codes of the runtime.
    _ = try run("ranges import a.json --from openvino -o n.json")
    _ = try run("ranges convert r.json --to aimet --model m.onnx -o a.json")
    _ = try run("ranges import a.json --from aimet --model m.onnx -o f.json")
    try work.write(TensorBytes.npy([-2, -1, 0.375, 1], shape: [2, 2]), to: "w.npy")
    try work.write(TensorBytes.npy([-2, -1, 0.375, 1], shape: [4]), to: "x.npy")
    let scores = try rows("ranges score f.json w.npy x.npy --format json")
    #expect(scores.count == 2)
    for score in scores { #expect(score["mse"] as? Double == 0.140625 / 4) }
  }

  /// FakeQuantize with four levels 0.5, 1.5, 2.5 and 3.5.
  private static let between = """
    {"format": "openvino-fake-quantize", "version": 1, "tensors": [
     {"name": "w", "kind": "weight", "levels": 4, "shape": [], "input_low": [0.5], "input_high": [3.5],
      "tensor_shape": [4]}]}
    """

  @Test func `ranges without a zero point are scored, and taken by nothing else`() throws {
    try work.write(TensorBytes.npy([0.5, 1.5, 2.75, 10], shape: [4]), to: "w.npy")
    try work.write(Self.between, to: "o.json")
    let imported = try run("ranges import o.json --from openvino -o r.json").messages
    #expect(imported.contains("1 tensor with zero between two codes"))
    let score = try #require(rows("ranges score r.json w.npy --format json").first)
    // 2.75 becomes 2.5, and 10 becomes 3.5.
    #expect(score["mse"] as? Double == (0.0625 + 42.25) / 4)
    #expect(score["clipping_mse"] as? Double == 42.25 / 4)
    #expect(score["low"] as? Double == 0.5 && score["high"] as? Double == 3.5)
    let sqnr = try #require(score["sqnr_db"] as? Double)
    #expect(abs(sqnr - 10 * log10(110.0625 / 42.3125)) < 1e-9)
    #expect(score["grid"] as? String == "uint2-affine")
    let least = try #require(score["best_mse"] as? Double)
    #expect(abs((score["regret"] as? Double ?? 0) - (42.3125 / 4 / least - 1)) < 1e-9)
    for line in [
      "ranges convert r.json --to csv -o c.csv", "model quantize m.onnx --ranges r.json -o q.onnx",
    ] {
      try writeModel()
      try work.expectFailure(
        line, 65, "tensors[0] 'w': zero lies between two codes; such ranges can be scored")
    }
    // The best ranges in their place have a zero point.
    _ = try run("ranges score r.json w.npy -o better.json")
    _ = try run("ranges convert better.json --to csv -o c.csv")
    let better = try #require(rows("ranges score better.json w.npy --format json").first)
    #expect(better["regret"] as? Double == 0 && better["mse"] as? Double == least)
  }

  @Test func `each lane has its own low end, on one thread and on two`() throws {
    // Lanes [0.5, 1.5, 3.5] from 0.5 on and [-2.25, -1, 9] from -2.25 on, by steps of 1.
    try work.write(TensorBytes.npy([0.5, 1.5, 3.75, -2.25, -1, 9], shape: [2, 3]), to: "w.npy")
    try work.write(
      Self.between.replacing("[0.5]", with: "[0.5, -2.25]").replacing("[3.5]", with: "[3.5, 0.75]")
        .replacing("[],", with: "[2, 1],").replacing("[4]", with: "[2, 3]"), to: "o.json")
    _ = try run("ranges import o.json --from openvino -o r.json")
    for jobs in [1, 2] {
      let score = try #require(rows("ranges score r.json w.npy --format json -j \(jobs)").first)
      // 3.75 becomes 3.5, -1 becomes -1.25, 9 becomes 0.75.
      #expect(score["mse"] as? Double == (0.0625 + 0.0625 + 8.25 * 8.25) / 6)
    }
  }
}
