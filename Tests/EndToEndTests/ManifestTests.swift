import _TestSupport
import Foundation
import Testing

@Suite struct ManifestTests {
  @Test(arguments: ["run", "plan", "validate"])
  func `all errors come at once, with line, column and caret, exit code 65`(verb: String) throws {
    let work = try Workspace.sample()
    try work.write(
      """
      name: small
      tensors:
        - file: w.npy
      estimators: [minmaxx]
      bits: [4, 99]

      """, to: "bad.yaml")
    let run = try work.run(verb, "bad.yaml")
    #expect(run.code == 65 && run.output.isEmpty)
    let lines = run.messages.split(separator: "\n").map(String.init)
    try #require(lines.count == 6)
    #expect(
      lines[0].hasPrefix("bad.yaml:4:14: error: unknown estimator 'minmaxx'; expected one of"))
    #expect(lines[0].hasSuffix("did you mean 'minmax'?"))
    #expect(lines[1...2] == ["estimators: [minmaxx]", "             ^"])
    #expect(lines[3].hasPrefix("bad.yaml:5:11: error: bits is '99'; expected"))
    #expect(lines[4...5] == ["bits: [4, 99]", "          ^"])
    #expect(!work.exists("results"))
  }

  @Test func `an override that is wrong is named as it was written`() throws {
    let work = try Workspace.sample()
    let run = try work.run("plan", "m.yaml", "--set", "bit=[4]")
    #expect(run.code == 65 && run.messages.hasPrefix("--set bit=[4]: error: "))
    #expect(run.messages.contains("did you mean 'bits'?"))
  }

  @Test func `an axis that a tensor does not have is an error of the manifest`() throws {
    let work = try Workspace.sample()
    let run = try work.run("run", "m.yaml", "--set", "granularities=[{channel: 2}]")
    #expect(run.code == 65 && run.messages.contains("has no axis 2"))
    #expect(!work.exists("results"))
  }

  @Test func `every manifest of the repository is valid`() throws {
    let folder = RangeLabProgram.root + "/experiments"
    // Samples of networks are made by `make network-data`.
    let hasSamples = FileManager.default.fileExists(atPath: folder + "/networks/data/minilm.onnx")
    let manifests = try FileManager.default.contentsOfDirectory(atPath: folder)
      .filter { $0.hasSuffix(".yaml") && (hasSamples || !$0.hasPrefix("networks")) }.sorted()
    try #require(!manifests.isEmpty)
    let run = try RangeLabProgram.run(["validate"] + manifests, in: folder)
    #expect(run.code == 0 && !run.messages.contains("error"), "\(run.messages)")
    #expect(run.output.split(separator: "\n").count == manifests.count)
  }

  @Test func `validate goes on after a manifest that is wrong`() throws {
    let work = try Workspace.sample()
    try work.write("name: [", to: "bad.yaml")
    let run = try work.run("validate", "bad.yaml", "m.yaml")
    #expect(run.code == 65 && run.output == "m.yaml: ok, 1 tensor\n")
    #expect(run.messages.hasPrefix("bad.yaml:"))
  }

  @Test func `names of files disturb no terminal and command no log`() throws {
    let work = try Workspace.sample()
    let name = "::error::\u{1B}[31m\nx"
    try work.write(TensorBytes.npy(TensorBytes.ramp(24), shape: [4, 6]), to: "\(name).npy")
    try work.write(
      try work.text("m.yaml").replacing("file: w.npy", with: "file: '*.npy'"), to: "\(name).yaml")
    for verb in ["validate", "plan", "run"] {
      let run = try work.run(verb, "\(name).yaml")
      #expect(run.code == 0, "\(run.messages)")
      for line in (run.output + run.messages).split(separator: "\n") {
        #expect(!line.drop { $0.isWhitespace }.hasPrefix("::") && !line.contains("\u{1B}"))
      }
    }
    let missing = try work.run("plan", "::error::none.yaml")
    #expect(missing.code == 66 && missing.messages.hasPrefix(":\\u{3A}error::none.yaml: error: "))
  }
}
