import _TestSupport
import Foundation
import Testing

/// `profiles.json`, which `run` writes beside the results.
@Suite struct ProfileTests {
  private func profiles(_ work: Workspace, _ folder: String) throws -> [[String: Any]] {
    try jsonObjects(try work.text("\(folder)/profiles.json"))
  }

  @Test func `a run profiles its tensors on every grid of theirs`() throws {
    let work = try Workspace.sample()
    let run = try work.run(
      "run", "m.yaml", "-o", "out", "--set", "schemes=[symmetric, affine]", "--set",
      "granularities=[{channel: 0}]")
    #expect(run.code == 0, "\(run.messages)")
    let profile = try #require(try profiles(work, "out").first)
    #expect(profile["tensor"] as? String == "w" && profile["shape"] as? [Int] == [4, 6])
    let grids = try #require(profile["grids"] as? [[String: Any]])
    #expect(
      grids.map { "\($0["bits"] ?? "") \($0["scheme"] ?? "")" }
        == ["4 symmetric", "4 affine", "8 symmetric", "8 affine"])
  }

  @Test func `a run that is repeated takes what is kept, and computes again what is damaged`()
    throws
  {
    let work = try Workspace.sample()
    #expect(try work.run("run", "m.yaml", "-o", "out", "-j", "1").code == 0)
    let before = try work.text("out/profiles.json")
    let kept = try #require(try work.names(in: "out/.segments").first)
    let lines = try work.text("out/.segments/\(kept)").split(separator: "\n").map { "\($0)\n" }
    let text = lines.joined()
    let repeated = try work.run("run", "m.yaml", "-o", "out")
    #expect(repeated.code == 0 && !repeated.messages.contains("damaged"), "\(repeated.messages)")
    // Whole, but not as it was kept.
    try work.write(
      text.replacingOccurrences(of: "\"elements\":24", with: "\"elements\":25"),
      to: "out/.segments/\(kept)")
    let again = try work.run("run", "m.yaml", "-o", "out")
    #expect(again.code == 0 && again.messages.contains("0 computed now"))
    #expect(
      again.messages.contains("damaged and computed again: 1 stored profile\n"), "\(again.messages)"
    )
    #expect(try work.text("out/profiles.json") == before)
    // A kill may lose a profile after its cells were kept.
    for name in try work.names(in: "out/.segments") {
      try FileManager.default.removeItem(atPath: work.path("out/.segments/\(name)"))
    }
    let cells = lines.filter { $0.contains(" cell ") } + lines.filter { $0.contains(" profile ") }
    try work.write(String(cells.joined().dropLast(9)), to: "out/.segments/\(kept)")
    #expect(try work.run("run", "m.yaml", "-o", "out").code == 0)
    #expect(try work.text("out/profiles.json") == before)
    let forced = try work.run("run", "m.yaml", "-o", "out", "--force", "-j", "4")
    #expect(forced.code == 0 && forced.messages.contains("4 computed now"))
    #expect(try work.text("out/profiles.json") == before)
  }

  @Test func `batches are profiled together, a tensor that cannot be read not at all`() throws {
    let work = try Workspace.sample()
    let ramp = TensorBytes.ramp(24)
    for index in 0..<2 {
      try work.write(
        TensorBytes.npy(Array(ramp[12 * index..<12 * index + 12]), shape: [2, 6]),
        to: "x_\(index).npy")
    }
    try work.write(TensorBytes.npy([1, .nan], shape: [2]), to: "bad.npy")
    let run = try work.run(
      "run", "m.yaml", "-o", "out", "--set",
      "tensors=[{file: bad.npy}, {file: w.npy}, {batches: [\"x_*.npy\"], name: x}]", "--set",
      "calibration=[all]")
    #expect(run.code == 3)
    let found = try profiles(work, "out")
    #expect(found.compactMap { $0["tensor"] as? String } == ["w", "x"])
    func withoutName(_ profile: [String: Any]) -> NSDictionary {
      profile.filter { $0.key != "tensor" } as NSDictionary
    }
    #expect(withoutName(found[0]) == withoutName(found[1]))
  }

  @Test func `a filter profiles the tensors of its cells`() throws {
    let work = try Workspace.sample()
    try work.write(TensorBytes.npy(TensorBytes.ramp(9), shape: [9]), to: "v.npy")
    let run = try work.run(
      "run", "m.yaml", "-o", "out", "--set", "tensors=[{file: v.npy}, {file: w.npy}]",
      "--filter", "^v ")
    #expect(run.code == 0, "\(run.messages)")
    #expect(try profiles(work, "out").compactMap { $0["tensor"] as? String } == ["v"])
  }

  @Test func `a profile stays small`() throws {
    let work = try Workspace()
    let values = (0..<50_000).map { Float(sin(Double($0) * 1.7) * exp(cos(Double($0) * 0.3) * 4)) }
    try work.write(TensorBytes.npy(values, shape: [values.count]), to: "w.npy")
    try work.write(
      """
      name: size
      tensors: [{file: w.npy}]
      estimators: [minmax]
      bits: [2, 3, 4, 6, 8]
      schemes: [symmetric, affine]
      """, to: "m.yaml")
    #expect(try work.run("run", "m.yaml", "-o", "out").code == 0)
    // Eleven such tensors are to stay below 400 KB.
    #expect(try work.bytes("out/profiles.json").count < 400_000 / 11)
  }
}
