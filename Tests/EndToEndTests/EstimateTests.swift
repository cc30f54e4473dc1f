import _TestSupport
import Foundation
import Testing

@Suite struct EstimateTests {
  @Test func `JSON has one object for each estimator and bit width, with the documented keys`()
    throws
  {
    let work = try Workspace.sample()
    let run = try work.run(
      "estimate", "w.npy", "-e", "minmax", "percentile[p=99.9]", "-b", "4", "8",
      "--scheme", "affine", "--granularity", "channel:0", "--format", "json")
    #expect(run.code == 0 && run.messages.isEmpty)
    let objects = try jsonObjects(run.output)
    #expect(
      objects.compactMap { $0["estimator"] as? String }
        == ["minmax", "minmax", "percentile[p=99.9]", "percentile[p=99.9]"])
    #expect(objects.compactMap { $0["bits"] as? Int } == [4, 8, 4, 8])
    let keys: Set = [
      "tensor", "elements", "estimator", "bits", "scheme", "grid", "granularity", "lanes", "mse",
      "clipping_mse", "rounding_mse", "clipped_fraction", "sqnr_db", "max_abs_error", "cosine",
    ]
    for object in objects {
      #expect(keys.isSubset(of: object.keys))
      #expect(object["grid"] as? String == "unsigned" && object["elements"] as? Int == 24)
      let lanes = try #require(object["lanes"] as? [[String: Any]])
      #expect(lanes.compactMap { $0["index"] as? Int } == [0, 1, 2, 3])
      #expect(lanes.allSatisfy { Set($0.keys) == laneKeys })
    }
  }

  private let laneKeys: Set = ["index", "lower", "upper", "scale", "zero_point"]

  @Test func `no error at all is an infinite ratio, written as a word`() throws {
    let work = try Workspace()
    try work.write(TensorBytes.npy([0, 1, -7], shape: [3]), to: "exact.npy")
    let run = try work.run("estimate", "exact.npy", "-e", "minmax", "-b", "4", "--format", "json")
    #expect(run.code == 0)
    #expect(try jsonObjects(run.output).first?["sqnr_db"] as? String == "inf")
  }

  @Test func `options may stand before the file`() throws {
    let work = try Workspace.sample()
    let after = try work.run("estimate", "w.npy", "-e", "mse", "-b", "8")
    let before = try work.run("estimate", "-e", "mse", "-b", "8", "w.npy")
    #expect(before.code == 0 && before.output == after.output && !after.output.isEmpty)
  }

  @Test func `a method without meaning at these bits is shown with its reason`() throws {
    let work = try Workspace.sample()
    let run = try work.run("estimate", "w.npy", "-e", "minmax", "kl", "-b", "16", "--format", "csv")
    #expect(run.code == 0 && run.messages.isEmpty)
    let lines = run.output.split(separator: "\n")
    try #require(lines.count == 3)
    #expect(lines[1].contains(",ok,"))
    #expect(lines[2].contains("skipped: not defined for 16 bits"))
  }

  @Test func `skipped NaN are counted in the record`() throws {
    let work = try Workspace()
    try work.write(TensorBytes.npy([1, .nan, -2, .infinity], shape: [4]), to: "holes.npy")
    let run = try work.run(
      "estimate", "holes.npy", "-e", "minmax", "-b", "8", "--nonfinite", "skip", "--format", "json")
    let object = try #require(try jsonObjects(run.output).first)
    #expect(run.code == 0 && object["elements"] as? Int == 2)
    #expect(object["notes"] as? String == "2 non-finite values skipped")
  }

  @Test func `a member of a container is the same tensor as a file of its own`() throws {
    let work = try Workspace()
    let (first, second) = (TensorBytes.ramp(50), TensorBytes.ramp(30).map { $0 * 3 })
    let members = [("fc.weight", first), ("fc.bias", second)]
    try work.write(TensorBytes.npy(second, shape: [30]), to: "alone.npy")
    try work.write(TensorBytes.npz(members), to: "model.npz")
    try work.write(TensorBytes.safetensors(members), to: "model.safetensors")
    func numbers(_ file: String) throws -> [NSObject] {
      let run = try work.run("estimate", file, "-e", "mse", "-b", "5", "--format", "json")
      #expect(run.code == 0, "\(run.messages)")
      let objects = try jsonObjects(run.output)
      return ["elements", "lanes", "mse", "cosine"].compactMap { objects.first?[$0] as? NSObject }
    }
    let wanted = try numbers("alone.npy")
    #expect(wanted.count == 4)
    #expect(try numbers("model.npz#fc.bias") == wanted)
    #expect(try numbers("model.safetensors#fc.bias") == wanted)
    let all = try work.run("estimate", "model.npz", "-e", "mse", "-b", "5", "--format", "json")
    #expect(
      try jsonObjects(all.output).compactMap { $0["tensor"] as? String }
        == ["model#fc.bias", "model#fc.weight"])
  }
}
