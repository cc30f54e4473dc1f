import ExperimentRunner
import Foundation
import Testing
import _TestSupport

/// Files that say what computes a submitted run.
@Suite struct EngineSettingsTests {
  private let folder: Workspace

  init() throws { folder = try Workspace() }

  private func read(_ text: String) throws -> EngineSettings {
    try folder.write(text, to: "engine.yaml")
    return try EngineSettings(path: folder.path("engine.yaml"))
  }

  private func fault(_ text: String) throws -> String {
    do {
      _ = try read(text)
      return ""
    } catch let error as ManifestError {
      return error.description
    }
  }

  @Test("options are taken as they are, and setup is a line or a list of lines")
  func wholeFile() throws {
    let settings = try read(
      """
      engine: slurm
      sbatch: [--partition=cpu, '--comment=two words', -t10]
      setup:
        - module load gcc/13
        - "export A='x: y'"
      """)
    #expect(settings.engine == .slurm)
    #expect(settings.sbatch == ["--partition=cpu", "--comment=two words", "-t10"])
    #expect(settings.setup == ["module load gcc/13", "export A='x: y'"])
    let short = try read("engine: local\nsetup: ulimit -c 0\n")
    #expect(short.engine == .local && short.sbatch.isEmpty && short.setup == ["ulimit -c 0"])
  }

  @Test(
    "faults have their line and column, and say what is expected",
    arguments: [
      ("", "1:1: error: the engine file is empty; expected the key 'engine'"),
      ("sbatch: [-p cpu]\n", "1:1: error: the engine file has no 'engine'"),
      ("engine: slurn\n", "1:9: error: unknown engine 'slurn'; expected one of slurm, local"),
      ("engine: slurm\nsetpu: x\n", "2:1: error: the engine file has no key 'setpu'"),
      ("engine: local\nsbatch: [-p cpu]\n", "2:1: error: sbatch is given for the engine local"),
      ("engine: slurm\nsbatch: [cpu]\n", "2:10: error: an option of sbatch is 'cpu'"),
      ("engine: slurm\nsbatch: [--array=0-9]\n", "2:10: error: --array is an option that 'submit'"),
      ("engine: slurm\nsetup: [{a: b}]\n", "2:9: error: setup is "),
      ("engine: slurm\nsetup: []\n", "2:8: error: setup is "),
      ("engine: [slurm\n", "error: not YAML"),
    ])
  func faults(_ text: String, _ message: String) throws {
    let found = try fault(text)
    #expect(found.contains("engine.yaml"), "\(found)")
    #expect(found.contains(message), "\(found)")
  }

  @Test("all faults of a file are told at once")
  func allFaults() throws {
    let found = try fault("engine: slurm\nsbatch: [cpu]\nsetup: []\nmore: 1\n")
    #expect(found.split(separator: "\n").count { $0.contains("error: ") } == 3, "\(found)")
  }
}
