import _TestSupport
import Foundation
import Testing

/// Several tensors at once: order, and what one of them has wrong.
@Suite struct ManyTensorsTests {
  /// Two good tensors, and one of each kind that cannot be answered.
  private static func workspace() throws -> Workspace {
    let work = try Workspace()
    try work.write(TensorBytes.npy(TensorBytes.ramp(24), shape: [4, 6]), to: "a.npy")
    try work.write(TensorBytes.npy(TensorBytes.ramp(30), shape: [5, 6]), to: "z.npy")
    try work.write(TensorBytes.npy([1, .nan], shape: [1, 2]), to: "nan.npy")
    try work.write(TensorBytes.npy([], shape: [0, 3]), to: "empty.npy")
    try work.write(TensorBytes.npy([1], shape: []), to: "scalar.npy")
    try work.write(TensorBytes.npy([1, 2], shape: [2]), to: "flat.npy")
    try work.write("no tensor", to: "text.npy")
    return work
  }

  private static let files = [
    "a.npy", "nan.npy", "empty.npy", "scalar.npy", "flat.npy", "text.npy", "none.npy", "z.npy",
  ]

  @Test func `estimate answers the others, names every culprit, exit code 3`() throws {
    let work = try Self.workspace()
    let run = try RangeLabProgram.run(
      ["estimate"] + Self.files
        + ["-e", "minmax", "mse", "-b", "8", "--granularity", "channel:1", "--format", "json"],
      in: work.path)
    #expect(run.code == 3)
    let objects = try jsonObjects(run.output)
    #expect(objects.count == 2 * Self.files.count)
    let good = objects.filter { $0["status"] as? String == "ok" }
    #expect(good.compactMap { $0["tensor"] as? String } == ["a", "a", "z", "z"])
    let bad = objects.filter { ($0["status"] as? String)?.hasPrefix("failed: ") == true }
    #expect(bad.count == 12 && bad.allSatisfy { $0["mse"] == nil })
    for file in Self.files.dropFirst().dropLast() {
      #expect(
        run.messages.split(separator: "\n").count { $0.contains(file) } == 1, "\(run.messages)")
    }
  }

  @Test func `inspect shows the others, exit code 3`() throws {
    let work = try Self.workspace()
    let text = try RangeLabProgram.run(
      ["inspect"] + Self.files + ["-e", "minmax", "-b", "8"], in: work.path)
    #expect(text.code == 3)
    for name in ["a", "nan", "z"] { #expect(text.output.contains("\n\(name)") || name == "a") }
    #expect(text.output.contains("failed: nan.npy: 1 non-finite value"))
    let json = try RangeLabProgram.run(
      ["inspect"] + Self.files + ["-e", "minmax", "-b", "8", "--format", "json"], in: work.path)
    let objects = try jsonObjects(json.output)
    // A scalar and a vector are whole tensors like any other.
    #expect(objects.count { $0["profile"] != nil } == 4 && objects.count == Self.files.count)
  }

  @Test func `files are taken in the order given, before, between and behind options`() throws {
    let work = try Self.workspace()
    for line in [
      "z.npy a.npy flat.npy -e minmax -b 8", "-b 8 z.npy -e minmax a.npy flat.npy",
      "z.npy -e minmax a.npy -b 8 flat.npy", "-e minmax z.npy -b 8 a.npy --regret flat.npy",
    ] {
      let words = line.split(separator: " ").map(String.init)
      let run = try RangeLabProgram.run(["estimate"] + words + ["--format", "json"], in: work.path)
      let tensors = try jsonObjects(run.output).compactMap { $0["tensor"] as? String }
      #expect(run.code == 0 && tensors == ["z", "a", "flat"], "\(line)")
    }
  }

  @Test func `two files of one name have two names`() throws {
    let work = try Self.workspace()
    for folder in ["p", "q"] {
      try FileManager.default.createDirectory(
        atPath: "\(work.path)/\(folder)", withIntermediateDirectories: true)
      try work.write(TensorBytes.npy(TensorBytes.ramp(8), shape: [8]), to: "\(folder)/w.npy")
    }
    for verb in ["estimate", "inspect"] {
      let run = try work.run(
        verb, "p/w.npy", "q/w.npy", "-e", "minmax", "-b", "8", "--format", "json")
      let objects = try jsonObjects(run.output).map {
        ($0["choices"] as? [[String: Any]])?[0] ?? $0
      }
      #expect(objects.compactMap { $0["tensor"] as? String } == ["w", "q/w"], "\(run.messages)")
    }
  }

  @Test func `what a container holds besides is said in a line`() throws {
    let work = try Self.workspace()
    let header =
      #"{"i":{"dtype":"I64","shape":[1],"data_offsets":[0,8]},"#
      + #""w":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}}"#
    try work.write(
      TensorBytes.little(header.utf8.count, 8) + Array(header.utf8)
        + TensorBytes.data([0, 0, 1, 2]),
      to: "m.safetensors")
    try work.write(
      "name: s\ntensors: [{file: m.safetensors}]\nestimators: [minmax]\nbits: [4]\n"
        + "granularities: [group:3]\n", to: "s.yaml")
    for arguments in [
      ["estimate", "m.safetensors"], ["inspect", "m.safetensors"], ["run", "s.yaml"],
      ["validate", "s.yaml"],
    ] {
      let run = try RangeLabProgram.run(arguments, in: work.path)
      #expect(run.code == 0, "\(run.messages)")
      #expect(
        run.messages.contains("m.safetensors: left out 1 member that is no float tensor: i (I64)"))
      #expect(
        arguments[1] != "s.yaml" || run.messages.contains("m#w: a group of 3 is longer than axis 0")
      )
    }
  }

  @Test func `a file alone gets the usual rules at 4 and 8 bits`() throws {
    let work = try Self.workspace()
    let run = try work.run("estimate", "a.npy", "--format", "json")
    let objects = try jsonObjects(run.output)
    #expect(run.code == 0)
    #expect(
      objects.compactMap { $0["estimator"] as? String }
        == ["minmax", "percentile[p=99.99]", "kl", "mse"].flatMap { [$0, $0] })
    #expect(objects.compactMap { $0["bits"] as? Int } == [4, 8, 4, 8, 4, 8, 4, 8])
  }

  @Test func `a skipped rule is no failure in any verb`() throws {
    let work = try Self.workspace()
    let arguments = ["a.npy", "-e", "hqq", "-b", "4"]
    for verb in ["estimate", "inspect"] {
      let run = try RangeLabProgram.run([verb] + arguments, in: work.path)
      #expect(run.code == 0 && run.output.contains("hqq"), "\(run.messages)")
    }
    try work.write(
      "name: s\ntensors: [{file: a.npy}]\nestimators: [hqq]\nbits: [4]\n", to: "s.yaml")
    #expect(try work.run("run", "s.yaml", "-o", "out").code == 0)
  }

  @Test func `axes count from the end too, and groups lie along any axis`() throws {
    let work = try Self.workspace()
    func lanes(_ granularity: String) throws -> [NSDictionary] {
      let run = try work.run(
        "estimate", "a.npy", "-e", "minmax", "-b", "8", "--granularity", granularity, "--format",
        "json")
      #expect(run.code == 0, "\(run.messages)")
      return try jsonObjects(run.output).first?["lanes"] as? [NSDictionary] ?? []
    }
    #expect(try lanes("channel:-1") == lanes("channel:1") && lanes("channel:1").count == 6)
    #expect(try lanes("channel:-2") == lanes("channel:0"))
    #expect(try lanes("group:4@1") == lanes("group:4") && lanes("group:4").count == 8)
    // One group for each column is a channel of the last axis.
    #expect(try lanes("group:4@0") == lanes("channel:1"))
    #expect(try lanes("group:3@-2").count == 12)
    let run = try work.run(
      "estimate", "a.npy", "-e", "minmax", "-b", "8", "--granularity", "group:7@0")
    #expect(
      run.messages.contains("a group of 7 is longer than axis 0 of [4, 6]"), "\(run.messages)")
  }

  @Test(arguments: [
    ("estimat a.npy", "unknown command 'estimat'; did you mean 'estimate'?"),
    ("baseline acept x", "unknown command 'acept'; did you mean 'accept'?"),
    ("estimate a.npy -e mmse", "did you mean 'mse'?"),
    ("estimate a.npy -e percentile[q=99]", "has no parameter 'q'; expected one of p"),
    ("estimate a.npy --scheme symetric", "did you mean 'symmetric'?"),
    ("estimate a.npy --grid narow", "did you mean 'narrow'?"),
    ("estimate a.npy --granularity chanel:0", "did you mean 'channel'?"),
    ("estimate a.npy --nonfinite skp", "did you mean 'skip'?"),
    ("estimate a.npy --regert", "Did you mean '--regret'?"),
  ])
  func `a misspelled word gets the one that was meant`(line: String, message: String) throws {
    let work = try Self.workspace()
    let run = try RangeLabProgram.run(line.split(separator: " ").map(String.init), in: work.path)
    #expect(run.code == 64 && run.messages.contains(message), "\(run.messages)")
  }
}
