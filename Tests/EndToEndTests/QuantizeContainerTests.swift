import _TestSupport
import Foundation
import Testing

/// All tensors of a checkpoint in one file.
@Suite struct QuantizeContainerTests {
  /// `a` and `b` of floats, `ids` of integers, `bad` with a NaN; `order` says which are there.
  private func checkpoint(_ order: [String]) -> [UInt8] {
    let all: [String: (type: String, shape: [Int], bytes: [UInt8])] = [
      "a": ("F32", [5, 7], TensorBytes.data(TensorBytes.ramp(35))),
      "b": ("F32", [12], TensorBytes.data(TensorBytes.ramp(12))),
      "bad": ("F32", [2], TensorBytes.data([.nan, 1])),
      "ids": ("I64", [2], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]),
    ]
    var (entries, body) = ([String](), [UInt8]())
    for name in order {
      guard let (type, shape, bytes) = all[name] else { continue }
      entries.append(
        #""\#(name)":{"dtype":"\#(type)","shape":\#(shape),"#
          + #""data_offsets":[\#(body.count),\#(body.count + bytes.count)]}"#)
      body += bytes
    }
    let header = Array("{\(entries.joined(separator: ","))}".utf8)
    return TensorBytes.little(header.count, 8) + header + body
  }

  @Test(arguments: [
    ["-b", "8", "--granularity", "group:4"],
    ["-b", "4", "--granularity", "channel:0", "--scheme", "affine"],
    ["-b", "3"], ["-b", "12", "--scheme", "affine", "--grid", "signed"],
  ])
  func `each tensor has the codes and parameters that it has alone`(options: [String]) throws {
    let work = try Workspace()
    try work.write(checkpoint(["b", "ids", "a"]), to: "m.safetensors")
    let choice = ["-e", "mse"] + options
    let run = try RangeLabProgram.run(
      ["quantize", "m.safetensors"] + choice + ["-o", "q.safetensors", "--params", "all.json"],
      in: work.path)
    #expect(run.code == 0 && run.output.isEmpty)
    #expect(run.messages == "m.safetensors: copied as they are: ids (I64)\n")
    let file = try WrittenTensors(try work.bytes("q.safetensors"))
    let (written, metadata) = (file.tensors, file.metadata)
    let names = ["a", "b"].flatMap { [$0, "\($0)_scale", "\($0)_zero_point"] } + ["ids"]
    #expect(written.keys.sorted() == names)
    #expect(written["ids"]?.bytes == Array(1...16) && written["ids"]?.type == "I64")
    #expect(metadata["bits"] == options[1] && metadata["estimator"] == "mse")
    let all = try jsonObjects(try work.text("all.json"))
    for (place, name) in ["a", "b"].enumerated() {
      let alone = try RangeLabProgram.run(
        ["quantize", "m.safetensors#\(name)"] + choice + ["-o", "c.npy", "--params", "p.npz"],
        in: work.path)
      #expect(alone.code == 0, "\(alone.messages)")
      let codes = try #require(written[name])
      #expect(try work.bytes("c.npy").suffix(codes.bytes.count) == codes.bytes[...])
      let printed = try RangeLabProgram.run(
        ["estimate", "m.safetensors#\(name)"] + choice + ["--format", "json"], in: work.path)
      let object = try #require(try jsonObjects(printed.output).first)
      #expect(object as NSDictionary == all[place] as NSDictionary)
      let lanes = try #require(object["lanes"] as? [[String: Any]])
      let scales = try lanes.map { Float(try #require($0["scale"] as? Double)) }
      #expect(written["\(name)_scale"]?.bytes == TensorBytes.data(scales))
      #expect(written["\(name)_scale"]?.type == "F32")
      let zeros = try lanes.map { try #require($0["zero_point"] as? Int) }
      let size = codes.type.hasSuffix("16") ? 2 : 1
      let zeroPoints = try #require(written["\(name)_zero_point"])
      #expect(zeroPoints.bytes == zeros.flatMap { TensorBytes.little($0, size) })
      #expect(zeroPoints.type == codes.type)
      #expect(zeroPoints.shape == written["\(name)_scale"]?.shape)
      // The archive has the same arrays.
      let archive = try work.bytes("p.npz")
      #expect(archive.contains(TensorBytes.data(scales)) && archive.contains(zeroPoints.bytes))
    }
  }

  @Test func `packed codes are two a byte, each row for itself`() throws {
    let work = try Workspace()
    try work.write(checkpoint(["a", "b"]), to: "m.safetensors")
    let choice = ["m.safetensors", "-e", "minmax", "-b", "4"]
    for (arguments, output) in [(["--pack"], "p.safetensors"), ([], "q.safetensors")] {
      let run = try RangeLabProgram.run(
        ["quantize"] + choice + arguments + ["-o", output], in: work.path)
      #expect(run.code == 0, "\(run.messages)")
    }
    let packed = try WrittenTensors(try work.bytes("p.safetensors")).tensors
    let plain = try WrittenTensors(try work.bytes("q.safetensors")).tensors
    for (name, row, half) in [("a", 7, 4), ("b", 12, 6)] {
      let (tensor, codes) = (try #require(packed[name]), try #require(plain[name]).bytes)
      #expect(tensor.type == "U8" && tensor.shape.last == half)
      #expect(
        packed["\(name)_shape"]?.bytes == plain[name]?.shape.flatMap { TensorBytes.little($0, 8) })
      let nibbles = tensor.bytes.flatMap { [$0 & 0xF, $0 >> 4] }
      for place in codes.indices {
        let (line, column) = place.quotientAndRemainder(dividingBy: row)
        #expect(nibbles[line * 2 * half + column] == codes[place] & 0xF)
      }
      if row % 2 == 1 { #expect(nibbles[row] == 0 && nibbles.last == 0) }
    }
  }

  @Test func `a tensor that fails is named and left out, exit code 3`() throws {
    let work = try Workspace()
    try work.write(checkpoint(["a", "bad", "ids", "b"]), to: "m.safetensors")
    try work.write(checkpoint(["a", "ids", "b"]), to: "good.safetensors")
    let options = ["-e", "mse", "-b", "8", "-o"]
    let run = try RangeLabProgram.run(
      ["quantize", "m.safetensors"] + options + ["q.safetensors"], in: work.path)
    #expect(run.code == 3)
    #expect(
      run.messages.split(separator: "\n").count { $0.contains("#bad: 1 non-finite value") } == 1)
    #expect(
      try RangeLabProgram.run(
        ["quantize", "good.safetensors"] + options + ["g.safetensors"], in: work.path
      ).code == 0)
    let (some, all) = (
      try WrittenTensors(try work.bytes("q.safetensors")),
      try WrittenTensors(try work.bytes("g.safetensors"))
    )
    #expect(some.tensors.keys.sorted() == all.tensors.keys.sorted())
    for (name, tensor) in all.tensors { #expect(some.tensors[name]?.bytes == tensor.bytes) }
    // Where nothing is left, nothing is written.
    let none = try RangeLabProgram.run(
      ["quantize", "m.safetensors#bad"] + options + ["n.safetensors"], in: work.path)
    #expect(none.code == 65 && !work.exists("n.safetensors"))
    #expect(try work.names().allSatisfy { !$0.hasPrefix(".") })
  }

  @Test func `the number of jobs shows in nothing`() throws {
    let work = try Workspace()
    try work.write(checkpoint(["bad", "b", "ids", "a"]), to: "m.safetensors")
    try work.write(TensorBytes.npy(TensorBytes.ramp(300), shape: [20, 15]), to: "w.npy")
    let choice = ["-e", "mse", "-b", "4", "--granularity", "group:4"]
    func outcome(_ jobs: String) throws -> [String] {
      let quantized = try RangeLabProgram.run(
        ["quantize", "m.safetensors"] + choice + ["-o", "q.safetensors", "-j", jobs],
        in: work.path)
      let estimated = try RangeLabProgram.run(
        ["estimate", "m.safetensors", "w.npy", "none.npy"] + choice
          + ["--granularity", "group:13", "--format", "json", "-j", jobs], in: work.path)
      let inspected = try RangeLabProgram.run(
        ["inspect", "m.safetensors", "w.npy"] + choice + ["-j", jobs], in: work.path)
      #expect([quantized.code, estimated.code, inspected.code] == [3, 3, 3])
      return [
        quantized.messages, estimated.output, estimated.messages, inspected.output,
        inspected.messages,
      ]
        + [try work.bytes("q.safetensors").description]
    }
    let one = try outcome("1")
    #expect(one[2].contains("#a: a group of 13 is longer than"), "\(one[2])")
    for jobs in ["2", "7"] { #expect(try outcome(jobs) == one) }
  }

  @Test func `shards are one checkpoint, and no output may be one of them`() throws {
    let work = try Workspace()
    try work.write(checkpoint(["a"]), to: "m-1.safetensors")
    try work.write(checkpoint(["ids", "b"]), to: "m-2.safetensors")
    try work.write(
      #"{"weight_map":{"a":"m-1.safetensors","b":"m-2.safetensors","ids":"m-2.safetensors"}}"#,
      to: "m.safetensors.index.json")
    try work.write(checkpoint(["a", "ids", "b"]), to: "whole.safetensors")
    for (input, output) in [("m.safetensors.index.json", "s"), ("whole.safetensors", "w")] {
      let run = try work.run(
        "quantize", input, "-e", "minmax", "-b", "8", "-o", "\(output).safetensors")
      #expect(run.code == 0, "\(run.messages)")
    }
    #expect(try work.bytes("s.safetensors") == work.bytes("w.safetensors"))
    let run = try work.run(
      "quantize", "m.safetensors.index.json", "-e", "minmax", "-b", "8", "-o", "m-2.safetensors")
    #expect(run.code == 64 && run.messages.contains("m-2.safetensors is the input"))
  }

  @Test(arguments: [
    ("-b 4 --pack -o c.npy", "--pack needs"), ("-b 5 --pack -o c.safetensors", "--pack needs"),
    ("-b 4 -o c.safetensors --params p.npz", "are in c.safetensors already"),
    ("-b 4 -o c.npy", "or write all of them into a .safetensors file"),
    ("-b 4 8 -o c.safetensors", "one estimator and one number format"),
    ("-b 4 -o c.safetensors -j 0", "--jobs cannot be 0"),
  ])
  func `what cannot be asked for is a usage error`(line: String, message: String) throws {
    let work = try Workspace()
    try work.write(checkpoint(["a", "b"]), to: "m.safetensors")
    try work.expectFailure("quantize m.safetensors -e minmax \(line)", 64, message)
    #expect(try work.names().allSatisfy { !$0.hasPrefix("c.") })
  }

  @Test func `parameters of one tensor are arrays in a safetensors file too`() throws {
    let work = try Workspace.sample()
    let run = try work.run(
      "quantize", "w.npy", "-e", "minmax", "-b", "8", "--granularity", "group:4@1", "-o", "c.npy",
      "--params", "p.safetensors")
    #expect(run.code == 0)
    let bytes = try work.bytes("p.safetensors")
    let length = bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    let header = String(decoding: bytes[8..<8 + length], as: UTF8.self)
    #expect(header.contains(#""scale":{"dtype":"F32","shape":[4,2],"data_offsets":[0,32]}"#))
    #expect(header.contains(#""zero_point":{"dtype":"I8","shape":[4,2],"data_offsets":[32,40]}"#))
  }
}

extension [UInt8] {
  /// Whether the bytes stand somewhere in these.
  fileprivate func contains(_ part: [UInt8]) -> Bool { firstRange(of: part) != nil }
}
