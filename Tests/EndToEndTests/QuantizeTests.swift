import _TestSupport
import Foundation
import Testing

@Suite struct QuantizeTests {
  @Test func `codes are what the printed scale says, in the tensor's shape`() throws {
    let work = try Workspace.sample()
    let run = try work.run(
      "quantize", "w.npy", "-e", "minmax", "-b", "8", "-o", "codes.npy", "--params", "p.json")
    #expect(run.code == 0 && run.output.isEmpty && run.messages.isEmpty)
    let object = try #require(try jsonObjects("[\(try work.text("p.json"))]").first)
    let lane = try #require((object["lanes"] as? [[String: Any]])?.first)
    let scale = Float(try #require(lane["scale"] as? Double))
    let wanted = TensorBytes.ramp(24).map { Int8(($0 / scale).rounded(.toNearestOrEven)) }
    let bytes = try work.bytes("codes.npy")
    #expect(bytes.suffix(24).map { Int8(bitPattern: $0) } == wanted)
    let header = String(decoding: bytes.dropLast(24), as: UTF8.self)
    #expect(header.contains("(4, 6)") && header.contains("i1"))
  }

  @Test(arguments: [
    ("symmetric", "narrow", "8", "i1"), ("symmetric", "unsigned", "4", "u1"),
    ("affine", "signed", "16", "<i2"), ("affine", "unsigned", "9", "<u2"),
  ])
  func `storage follows grid and bits`(scheme: String, grid: String, bits: String, type: String)
    throws
  {
    let work = try Workspace.sample()
    let run = try work.run(
      "quantize", "w.npy", "-e", "minmax", "-b", bits, "--scheme", scheme, "--grid", grid, "-o",
      "codes.npy")
    #expect(run.code == 0, "\(run.messages)")
    let bytes = try work.bytes("codes.npy")
    #expect(bytes.count == 128 + 24 * (type.hasPrefix("<") ? 2 : 1))
    #expect(String(decoding: bytes.prefix(128), as: UTF8.self).contains("\(type)'"))
  }

  @Test func `parameters in a file are the object that estimate prints`() throws {
    let work = try Workspace()
    try work.write(TensorBytes.npz([("a", TensorBytes.ramp(200))]), to: "t.npz")
    let options = ["-e", "mse", "-b", "4", "--granularity", "group:64"]
    let printed = try RangeLabProgram.run(
      ["estimate", "t.npz#a"] + options + ["--format", "json"], in: work.path)
    let written = try RangeLabProgram.run(
      ["quantize", "t.npz#a"] + options + ["-o", "c.npy", "--params", "p.json"], in: work.path)
    #expect(printed.code == 0 && written.code == 0)
    let object = try #require(try jsonObjects(printed.output).first)
    let stored = try #require(try jsonObjects("[\(try work.text("p.json"))]").first)
    #expect(object as NSDictionary == stored as NSDictionary)
  }

  @Test func `one of several tensors must be named`() throws {
    let work = try Workspace()
    try work.write(TensorBytes.safetensors([("a", [1, 2]), ("b", [3])]), to: "t.safetensors")
    let run = try work.run("quantize", "t.safetensors", "-e", "minmax", "-b", "8", "-o", "c.npy")
    #expect(run.code == 64 && run.messages.contains("FILE#NAME of a, b") && !work.exists("c.npy"))
  }

  @Test func `a method without meaning writes nothing, exit code 3`() throws {
    let work = try Workspace.sample()
    let run = try work.run("quantize", "w.npy", "-e", "kl", "-b", "16", "-o", "c.npy")
    #expect(
      run.code == 3 && run.messages.contains("not defined for 16 bits") && !work.exists("c.npy"))
  }
}
