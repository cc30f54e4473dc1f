import _TestSupport
import Foundation
import Testing

/// The verbs of `rangelab model` on the networks of the project.
@Suite("Networks, from model to verdict")
struct NetworkTests {
  private let work: Workspace

  init() throws {
    work = try .networks("fashion", "orientation", images: 12, seed: 4)
  }

  @Test func `inspect says what would be quantized`() throws {
    let found = try jsonObject(work.succeed("model inspect fashion.onnx --format json").output)
    #expect(
      Set(found.keys) == [
        "name", "operator_set", "inputs", "outputs", "operators", "parameters", "parameter_bytes",
        "folded_batch_normalizations", "weights", "activations", "biases", "sizes", "left",
      ])
    #expect(found["operator_set"] as? Int == 17)
    #expect(found["folded_batch_normalizations"] as? Int == 7)
    #expect((found["weights"] as? [Any])?.count == 8 && (found["biases"] as? [Any])?.count == 8)
    #expect((found["operators"] as? [String: Int])?["Conv"] == 7)
    #expect(found["inputs"] as? [String] == ["image: float32 [?, 1, 28, 28]"])
    let text = try work.succeed("model inspect orientation.onnx").output
    #expect(text.contains("operator set 11") && text.contains("folded      35 batch"))
  }

  @Test func `wrong files end with their codes`() throws {
    try work.expectFailure("model inspect none.onnx", 66, "none.onnx: no such file")
    try work.write("no model", to: "text.onnx")
    try work.expectFailure("model inspect text.onnx", 65, "text.onnx: is no ONNX model")
    let relu = ModelSketch(
      inputs: [.init("x", [1])], outputs: [.init("y", [1])], [.init("Relu", ["x"], ["y"])])
    try work.write(relu.bytes, to: "relu.onnx")
    try work.expectFailure(
      "model quantize relu.onnx --mode weights -o q.onnx", 65,
      "relu.onnx: nothing to quantize: none of its 1 nodes is chosen")
    try work.expectFailure(
      "model quantize fashion.onnx --mode weights --only none -o q.onnx", 65, "nothing to quantize")
    try work.succeed("model quantize fashion.onnx --mode weights -o q.onnx")
    for verb in ["quantize q.onnx --mode weights -o r.onnx", "inspect q.onnx"] {
      try work.expectFailure("model \(verb)", 65, "q.onnx: is quantized already: it has")
    }
    #expect(!work.exists("r.onnx"))
    try work.expectFailure("model quantize none.onnx --mode weights -o q.onnx", 66, "no such file")
  }

  @Test func `wrong options end with theirs`() throws {
    for (line, code, words) in [
      (
        "quantize fashion.onnx -o q.onnx", 64,
        "static ranges of activations need --data or --ranges"
      ),
      ("quantize fashion.onnx --mode weights -o none/q.onnx", 64, "none"),
      ("quantize fashion.onnx --mode weights -o fashion.onnx", 64, "is the input"),
      ("quantize fashion.onnx --mode wild -o q.onnx", 64, "wild"),
      ("quantize fashion.onnx --mode weights --weight-bits 1 -o q.onnx", 64, "expected 2 to 16"),
      ("quantize fashion.onnx --mode weights --weights none -o q.onnx", 64, "none"),
      (
        "quantize fashion.onnx --mode weights --weight-granularity rows -o q.onnx", 64,
        "expected tensor, channel or group:N"
      ),
      (
        "quantize fashion.onnx --mode weights --weight-scheme odd -o q.onnx", 64, "symmetric:narrow"
      ),
      ("quantize fashion.onnx --mode weights --operators Gru -o q.onnx", 64, "'Gru' cannot be"),
      ("quantize fashion.onnx --mode weights --only ( -o q.onnx", 64, "no regular expression"),
      ("quantize fashion.onnx --ranges none.json -o q.onnx", 66, "none.json: cannot be read"),
      ("quantize fashion.onnx --ranges empty.csv -o q.onnx", 65, "empty.csv"),
      ("calibrate fashion.onnx --data d.npz --onnxruntime /nowhere -o r.json", 66, "/nowhere"),
      ("evaluate fashion.onnx fashion.onnx --data d.npz --onnxruntime /nowhere", 66, "/nowhere"),
      ("quantize fashion.onnx --data d.npz --onnxruntime /nowhere -o q.onnx", 66, "/nowhere"),
      ("evaluate fashion.onnx fashion.onnx --data d.npz --data d.npz", 64, "expected 1"),
      ("evaluate fashion.onnx fashion.onnx --data d.npz --task retrieval", 64, "expected 2"),
      ("evaluate fashion.onnx fashion.onnx --data d.npz --batch-size 0", 64, "expected 1 or more"),
    ] {
      try work.expectFailure("model " + line, Int32(code), words)
    }
    #expect(!work.exists("q.onnx") && !work.exists("r.json"))
  }

  @Test(.enabled(if: runtime != nil, "ONNX Runtime is missing: `make onnxruntime`"))
  func `wrong data end with their codes`() throws {
    try work.write(TensorBytes.npy([1, 2], shape: [1, 2]), to: "small.npy")
    for (line, code, words) in [
      ("calibrate fashion.onnx --data none.npz -o r.json", 66, "none.npz"),
      ("calibrate fashion.onnx --data small.npy -o r.json", 65, "expected [?, 1, 28, 28]"),
      ("calibrate fashion.onnx --data fashion.onnx -o r.json", 65, "fashion.onnx"),
      ("evaluate fashion.onnx none.onnx --data d.npz", 66, "none.onnx"),
    ] {
      try work.expectFailure("model " + line, Int32(code), words)
    }
    #expect(!work.exists("r.json"))
  }

  @Test(
    .enabled(if: runtime != nil, "ONNX Runtime is missing: `make onnxruntime`"),
    arguments: ["static", "dynamic", "weights"])
  func `a model has the same bytes on every run and any number of threads`(_ mode: String) throws {
    let data = mode == "static" ? "--data d.npz" : ""
    var files: [[UInt8]] = []
    for jobs in [1, 1, 2] {
      let run = try work.succeed(
        "model quantize fashion.onnx --mode \(mode) \(data) -j \(jobs) -o \(mode).onnx")
      #expect(run.messages.contains("7 batch normalizations folded") && run.output.isEmpty)
      files.append(try work.bytes("\(mode).onnx"))
      #expect(run.messages.contains("\(files[0].count) bytes: "))
    }
    #expect(files[0] == files[1] && files[0] == files[2])
    let float = try work.bytes("fashion.onnx")
    #expect(files[0] != float && files[0].count < float.count)
  }

  @Test(.enabled(if: runtime != nil, "ONNX Runtime is missing: `make onnxruntime`"))
  func `ranges from a file make the model that they were chosen for`() throws {
    let rules = "--weights mse --weight-bits 6 --activations percentile --activation-bits 7"
    try work.succeed("model quantize fashion.onnx --data d.npz \(rules) -o direct.onnx")
    try work.succeed("model calibrate fashion.onnx --data d.npz \(rules) -j 2 -o r.json")
    try work.succeed("model quantize fashion.onnx --ranges r.json -o read.onnx")
    #expect(try work.bytes("read.onnx") == work.bytes("direct.onnx"))
    let ranges = try jsonObject(work.text("r.json"))
    #expect((ranges["model"] as? [String: String])?["name"] == "fashion.onnx")
    let tensors = try #require(ranges["tensors"] as? [[String: Any]])
    #expect(tensors.count == 16 && tensors[0]["kind"] as? String == "activation")
    #expect(
      tensors[0]["estimator"] as? String == "percentile[p=99.99]" && tensors[1]["bits"] as? Int == 6
    )
    try work.succeed("model calibrate fashion.onnx --data d.npz \(rules) -j 1 -o s.json")
    #expect(try work.bytes("s.json") == work.bytes("r.json"))
    try work.succeed("model calibrate fashion.onnx --data d.npz --regret -o t.json")
    let measured = try #require(try jsonObject(work.text("t.json"))["tensors"] as? [[String: Any]])
    #expect(measured.allSatisfy { ($0["regret"] as? Double ?? -1) >= 0 })
  }

  @Test(.enabled(if: runtime != nil, "ONNX Runtime is missing: `make onnxruntime`"))
  func `evaluate prints the keys of its format`() throws {
    try work.succeed("model quantize fashion.onnx --data d.npz -o q.onnx")
    let run = try work.succeed(
      "model evaluate fashion.onnx q.onnx fashion.onnx --data d.npz --batch-size 5 --format json")
    let found = try jsonObject(run.output)
    #expect(
      Set(found.keys) == ["float", "models", "onnxruntime", "processor", "batch_size"])
    let float = try #require(found["float"] as? [String: Any])
    #expect(
      Set(float.keys) == ["file", "bytes", "samples", "top1", "top1_interval", "median_ms"])
    #expect(float["bytes"] as? Int == 51_584 && float["samples"] as? Int == 12)
    let models = try #require(found["models"] as? [[String: Any]])
    let verdict: Set = [
      "top1", "top1_interval", "top1_drop", "p_value", "agreement", "output_mse", "output_sqnr_db",
      "output_cosine", "output_kl",
    ]
    for model in models {
      #expect(
        Set(model.keys)
          == verdict.union(["file", "bytes", "samples", "median_ms", "speedup", "deployed"]))
      #expect((model["deployed"] as? [String: Any]).map { Set($0.keys) } == verdict)
    }
    #expect(try models[0]["bytes"] as? Int == work.bytes("q.onnx").count)
    let noise = try #require(models[0]["output_sqnr_db"] as? Double)
    #expect(noise > 20 && noise < 60)
    // A model against itself.
    #expect(models[1]["output_sqnr_db"] as? String == "inf" && models[1]["agreement"] as? Int == 1)
    #expect(models[1]["p_value"] as? Int == 1 && models[1]["top1_drop"] as? Int == 0)
    #expect(models[1]["output_mse"] as? Int == 0 && models[1]["output_cosine"] as? Int == 1)
    let table = try work.succeed("model evaluate fashion.onnx q.onnx --data d.npz").output
    #expect(table.contains("12 samples, batches of 16") && table.contains("McNemar"))
    let rows = try work.succeed("model evaluate fashion.onnx q.onnx --data d.npz --format csv")
      .output
      .split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    #expect(rows.map { $0[1] } == ["judge", "float", "ranges", "deployed"])
    #expect(rows.allSatisfy { $0.count == rows[0].count })
  }

  @Test(.enabled(if: runtime != nil, "ONNX Runtime is missing: `make onnxruntime`"))
  func `the orientation classifier keeps its accuracy in eight bits`() throws {
    let scale = "--normalize-scale 0.00784313725490196 --normalize-offset -1"
    let data = NetworkFiles.folder + "/models/orientation"
    try work.succeed(
      "model quantize orientation.onnx --data \(data)-calibration-small.npz \(scale) -o q.onnx")
    let run = try work.succeed(
      "model evaluate orientation.onnx q.onnx --data \(data)-test-small.npz \(scale) --format json")
    let found = try jsonObject(run.output)
    let model = try #require((found["models"] as? [[String: Any]])?.first)
    #expect(((found["float"] as? [String: Any])?["top1"] as? Double ?? 0) >= 0.88)
    #expect((model["agreement"] as? Double ?? 0) >= 0.95)
    #expect((model["output_sqnr_db"] as? Double ?? 0) > 15)
  }

  @Test func `values beside a model go with it where it still reads them`() throws {
    let external = [("location", "w.bin"), ("offset", "0"), ("length", "16")].flatMap {
      Wire.field(13, Wire.text(1, $0.0) + Wire.text(2, $0.1))
    }
    let sketch = ModelSketch(
      inputs: [.init("x", [1, 2])], outputs: [.init("y", [1, 2])],
      [
        .init("MatMul", ["x", "w"], ["a"], name: "one"),
        .init("MatMul", ["a", "v"], ["y"], name: "two"),
      ],
      constants: [
        .init("w", type: 1, shape: [2, 2], fields: external + Wire.number(14, 1)),
        .init("v", [2, 2], [1, 2, 3, 4]),
      ])
    try work.write(sketch.bytes, to: "in/m.onnx")
    try work.write(TensorBytes.data([1, 2, 3, 4]), to: "in/w.bin")
    for folder in ["all", "some", "other"] {
      try FileManager.default.createDirectory(
        atPath: work.path(folder), withIntermediateDirectories: true)
    }
    try work.succeed("model quantize in/m.onnx --mode weights -o all/m.onnx")
    #expect(try work.names(in: "all") == ["m.onnx"])
    for _ in 0..<2 {
      try work.succeed("model quantize in/m.onnx --mode weights --only two -o some/m.onnx")
      #expect(try work.bytes("some/w.bin") == work.bytes("in/w.bin"))
    }
    try work.write(TensorBytes.data([9, 9, 9, 9]), to: "other/w.bin")
    let words = [
      "model", "quantize", "in/m.onnx", "--mode", "weights", "--only", "two", "-o", "other/m.onnx",
    ]
    let run = try RangeLabProgram.run(words, in: work.path)
    #expect(run.code == 64 && run.messages.contains("w.bin is there and is not"), "\(run.messages)")
    #expect(!work.exists("other/m.onnx"))
    #expect(try work.bytes("other/w.bin") == TensorBytes.data([9, 9, 9, 9]))
  }

  @Test func `copy writes what it has read`() throws {
    try work.succeed("model copy orientation.onnx -o c.onnx")
    #expect(try work.bytes("c.onnx").count == work.bytes("orientation.onnx").count)
    try work.succeed("model copy c.onnx -o d.onnx")
    #expect(try work.bytes("c.onnx") == work.bytes("d.onnx"))
    let fold = try work.succeed("model copy fashion.onnx --fold -o f.onnx")
    #expect(fold.messages.contains("7 batch normalizations folded"))
    try work.expectFailure("model copy none.onnx -o c.onnx", 66, "no such file")
  }
}
