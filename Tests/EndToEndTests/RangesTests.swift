import _TestSupport
import Foundation
import Testing

/// `rangelab ranges` on a network of the project.
@Suite("Ranges, out and in")
struct RangesTests {
  private let work: Workspace

  init() throws {
    work = try Workspace()
    try FileManager.default.createSymbolicLink(
      atPath: work.path("fashion.onnx"), withDestinationPath: NetworkFiles.model("fashion"))
  }

  private func contents(_ name: String) throws -> Data {
    try Data(contentsOf: URL(filePath: work.path(name)))
  }

  private func exists(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: work.path(name))
  }

  /// Ranges of the network, by its own verb.
  private func calibrate(_ name: String, _ options: String = "") throws {
    var numbers = SplitMix(seed: 5)
    let images = TensorBytes.npy(numbers.floats(8 * 784), shape: [8, 1, 28, 28])
    try work.write(TensorBytes.npz(members: [("image", images)]), to: "d.npz")
    try work.succeed(
      "model calibrate fashion.onnx --data d.npz -o \(name) --weights minmax --activations minmax \(options)"
    )
  }

  @Test(.enabled(if: runtime != nil)) func `ranges go out and come back`() throws {
    try calibrate("r.json")
    try work.succeed("ranges convert r.json --to csv -o r.csv")
    try work.succeed("ranges import r.csv --from csv --model fashion.onnx -o back.json")
    #expect(try contents("back.json") == contents("r.json"))
    try work.succeed("ranges import r.csv --from csv -o back.json")
    #expect(try contents("back.json") == contents("r.json"))
    // Other formats have no estimator and no error: a second trip changes nothing.
    for format in [
      "ort-overrides", "aimet --format-version 0.6.1", "aimet --format-version 1.0.0",
      "aimet --format-version 2.0.0", "qnn", "openvino", "torch",
    ] {
      let name = format.split(separator: " ")[0]
      try work.succeed("ranges convert r.json --to \(format) -o a --model fashion.onnx")
      try work.succeed("ranges import a --from \(name) --model fashion.onnx -o a.json")
      try work.succeed("ranges convert a.json --to \(format) -o b --model fashion.onnx")
      #expect(try contents("a") == contents("b"), "\(format)")
    }
    // And the network takes them.
    try work.succeed("model quantize fashion.onnx --ranges a.json -o q.onnx")
    try calibrate("narrow.json", "--activation-scheme symmetric")
    let dropped = try work.succeed(
      "ranges convert narrow.json --to tensorrt-cache --drop -o t.cache --trt-header TRT-100300-MinMaxCalibration"
    )
    #expect(
      dropped.messages.contains("left out: the format has no weights: 'conv0.weight_folded', "))
    #expect(
      try contents("t.cache").starts(with: Data("TRT-100300-MinMaxCalibration\nimage: ".utf8)))
  }

  @Test(.enabled(if: runtime != nil))
  func `what cannot be written is named, and nothing is written`() throws {
    try calibrate("r.json")
    let run = try RangeLabProgram.run(
      ["ranges", "convert", "r.json", "--to", "tensorrt-cache", "-o", "t.cache"], in: work.path)
    #expect(run.code == 65)
    #expect(
      run.messages.contains(
        "error: r.json: 16 of 16 tensors cannot be written as tensorrt-cache; --drop leaves them out"
      ))
    #expect(run.messages.contains("the format has no weights: 'conv0.weight_folded'"))
    #expect(
      run.messages.contains(
        "activations have codes of uint8-affine; the format has int8-full, int8-narrow: 'image'"))
    #expect(!exists("t.cache"))
  }

  @Test(.enabled(if: runtime != nil)) func `a quantized model gives its ranges back`() throws {
    for options in ["", "--weight-scheme symmetric:full --activation-scheme affine:signed"] {
      try calibrate("r.json", options)
      try work.succeed("ranges convert r.json --to qdq --model fashion.onnx -o q.onnx")
      try work.succeed("ranges import q.onnx --from qdq --model fashion.onnx -o back.json")
      let sets = try ["r.json", "back.json"].map { name in
        let document = try JSONSerialization.jsonObject(with: contents(name)) as? [String: Any]
        return try #require(document?["tensors"] as? [[String: Any]])
      }
      #expect(sets[0].count == 16 && sets[1].count == 16)
      for (range, back) in zip(sets[0], sets[1]) {
        for key in ["name", "kind", "scheme"] {
          #expect(range[key] as? String == back[key] as? String)
        }
        #expect(range["scale"] as? [Double] == back["scale"] as? [Double])
        #expect(range["zero_point"] as? [Int] == back["zero_point"] as? [Int])
        #expect(range["axis"] as? Int == back["axis"] as? Int)
      }
      // The same model as by its own verb.
      try work.succeed("model quantize fashion.onnx --ranges r.json -o own.onnx")
      #expect(try contents("q.onnx") == contents("own.onnx"))
    }
    let run = try RangeLabProgram.run(
      ["ranges", "convert", "r.json", "--to", "qdq", "-o", "n.onnx"], in: work.path)
    #expect(run.code == 65 && run.messages.contains("expected --model") && !exists("n.onnx"))
  }

  @Test(.enabled(if: runtime != nil)) func `codes of weights go into the files of their runtimes`()
    throws
  {
    try calibrate("r.json", "--weight-bits 8 --weight-granularity group:32")
    try work.succeed("ranges convert r.json --to gguf --model fashion.onnx --drop -o m.gguf")
    try work.succeed("ranges import m.gguf --from gguf --model fashion.onnx -o back.json")
    let run = try RangeLabProgram.run(
      ["ranges", "convert", "r.json", "--to", "gguf", "--drop", "-o", "n.gguf"], in: work.path)
    #expect(run.code == 64 && run.messages.contains("expected --model or --weights"))
    let other = try RangeLabProgram.run(
      [
        "ranges", "convert", "r.json", "--to", "csv", "--weights", "m.gguf", "-o", "n.csv",
      ], in: work.path)
    #expect(other.code == 64 && other.messages.contains("--weights means nothing to csv"))
  }

  @Test func `formats are listed with what they can express`() throws {
    let entries = try jsonObjects(work.succeed("list formats --format json").output)
    let names = entries.compactMap { $0["name"] as? String }
    #expect(Set(names).count == names.count)
    let cache = try #require(entries.first { $0["name"] as? String == "tensorrt-cache" })
    let facts = try #require(cache["facts"] as? [[String: String]])
    #expect(facts[0] == ["name": "weights", "text": "none"])
    #expect(facts[1] == ["name": "activations", "text": "tensor; 8 bits"])
    let table = try work.succeed("list formats --format markdown").output.split(separator: "\n")
    #expect(table.count == names.count + 2)
    #expect(table.allSatisfy { $0.filter { $0 == "|" }.count == 8 })
    #expect(
      try work.succeed("list codes --format markdown").output.hasPrefix(
        "| name | summary | reference |")
    )
  }

  @Test func `wrong files and options end with their codes, and nothing is written`() throws {
    try work.write("TRT-8601-EntropyCalibration2\nimag: 3c010204\n", to: "t.cache")
    try work.write("no ranges", to: "r.json")
    for (line, code, words) in [
      (
        "import t.cache --from tensorrt-cache --model fashion.onnx", 65,
        "error: t.cache: the model has no tensor 'imag'; did you mean 'image'?"
      ),
      ("import t.cache --from csv", 65, "error: t.cache: row 1: no column 'name'"),
      ("import t.cache --from tensorrt", 64, "--from: no format 'tensorrt'"),
      ("import t.cache --from cvs", 64, "did you mean 'csv'?"),
      ("import none.cache --from csv", 66, "none.cache"),
      (
        "import t.cache --from tensorrt-cache --codes int8-narrow", 64,
        "--codes means nothing to tensorrt-cache; it knows --trt-header"
      ),
      ("import t.cache --from ort-table --codes int8", 64, "--codes: 'int8'"),
      ("convert r.json --to csv", 65, "error: r.json: line 1, column 1"),
      ("convert none.json --to csv", 66, "none.json"),
      ("convert r.json --to aimet --format-version 3", 64, "aimet has no version '3'"),
    ] { try work.expectFailure("ranges \(line) -o out", Int32(code), words) }
    #expect(!exists("out"))
    try work.expectFailure(
      "ranges import t.cache --from tensorrt-cache -o t.cache", 64, "is the input")
    try work.succeed("ranges import t.cache --from tensorrt-cache -o out")
    #expect(exists("out"))
  }
}
