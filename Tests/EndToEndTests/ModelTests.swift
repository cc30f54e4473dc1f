import _TestSupport
import Foundation
import Testing

/// The weights of an ONNX model in every verb that takes a tensor.
@Suite struct ModelTests {
  private static let members: [(name: String, values: [Float])] = [
    ("fc.weight", TensorBytes.ramp(50)), ("fc.bias", TensorBytes.ramp(30).map { $0 * 3 }),
  ]

  /// A workspace with a model, and with a .safetensors file of the same tensors.
  private static func workspace() throws -> Workspace {
    let work = try Workspace()
    try work.write(TensorBytes.onnx(members, ids: [1, 2]), to: "model.onnx")
    try work.write(TensorBytes.safetensors(members), to: "same.safetensors")
    return work
  }

  @Test(arguments: [
    ["estimate", "-e", "mse", "-b", "5"], ["inspect", "-e", "minmax", "-b", "4"],
  ])
  func `a tensor of a model is what it is in another container`(verb: [String]) throws {
    let work = try Self.workspace()
    func output(_ file: String) throws -> String {
      let run = try RangeLabProgram.run(
        [verb[0], file] + verb.dropFirst() + ["--format", "json"], in: work.path)
      #expect(run.code == 0, "\(run.messages)")
      let rest = file.hasSuffix(".onnx") ? "left out 1 member that is no float tensor: ids" : ""
      #expect(run.messages.contains(rest) || rest.isEmpty)
      return run.output.replacing("same", with: "model").replacing("safetensors", with: "onnx")
    }
    #expect(try output("model.onnx#fc.bias") == output("same.safetensors#fc.bias"))
    #expect(try output("model.onnx") == output("same.safetensors"))
  }

  @Test func `a whole model is quantized into a file`() throws {
    let work = try Self.workspace()
    let choice = ["-e", "mse", "-b", "8", "--granularity", "group:8"]
    for (input, output) in [("model.onnx", "m"), ("same.safetensors", "s")] {
      let run = try RangeLabProgram.run(
        ["quantize", input] + choice + [
          "-o", "\(output).safetensors", "--params", "\(output).json",
        ],
        in: work.path)
      #expect(run.code == 0)
      #expect(run.messages == (output == "m" ? "model.onnx: left out: ids (int64)\n" : ""))
    }
    #expect(try work.bytes("m.safetensors") == work.bytes("s.safetensors"))
    #expect(
      try work.text("m.json") == work.text("s.json").replacing("same#", with: "model#"))
    let one = try RangeLabProgram.run(
      ["quantize", "model.onnx#fc.bias"] + choice + ["-o", "c.npy", "--params", "p.npz"],
      in: work.path)
    #expect(one.code == 0 && work.exists("c.npy") && work.exists("p.npz"))
    try work.expectFailure(
      "quantize model.onnx -e minmax -b 8 -o model.onnx", 64, "model.onnx is the input")
  }

  @Test func `a manifest takes a model, and computes anew what lies elsewhere`() throws {
    let work = try Workspace()
    try FileManager.default.createDirectory(
      atPath: "\(work.path)/data", withIntermediateDirectories: true)
    try work.write(TensorBytes.data(TensorBytes.ramp(40)), to: "data/w.bin")
    try work.write(
      "name: m\ntensors: [{file: model.onnx}]\nestimators: [minmax]\nbits: [4]\n", to: "m.yaml")
    func row(offset: Int) throws -> Substring {
      try work.write(
        TensorBytes.onnx("w", count: 20, in: "data/w.bin", at: offset), to: "model.onnx")
      let run = try work.run("run", "m.yaml", "-o", "out")
      #expect(run.code == 0, "\(run.messages)")
      let rows = try work.text("out/results.csv").split(separator: "\n")
      return rows.last ?? ""
    }
    let first = try row(offset: 0)
    #expect(first.hasPrefix("model#w,"))
    #expect(try row(offset: 80) != first)
    #expect(try row(offset: 0) == first)
    // What a manifest names is the model; what was read is the file of the data.
    #expect(try work.text("out/provenance.json").contains(#"data/w.bin"#))
    try work.write(
      TensorBytes.onnx("w", count: 20, in: "../w.bin", at: 0), to: "model.onnx")
    let run = try work.run("run", "m.yaml", "-o", "out")
    #expect(run.code != 0)
    #expect(
      try work.text("out/results.csv").contains(
        "expected a path that stays in the folder of the model"))
  }
}
