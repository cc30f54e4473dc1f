import _TestSupport
import ResultRecords
import ExperimentRunner
import Foundation
import ResultRecords
import TensorIO
import Testing

/// Which files an experiment depends on.
@Suite("Input files")
struct InputFileTests {
  private static let manifest = """
    name: shards
    tensors:
      - file: hf/model.safetensors.index.json
    estimators: [minmax]
    bits: 8

    """

  @Test("a checkpoint in shards depends on the shards, which hold the data")
  func shards() throws {
    let folder = try Workspace()
    let names = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"]
    try folder.writeSafetensors("hf/\(names[0])", members: ["l.10", "l.2"])
    try folder.writeSafetensors("hf/\(names[1])", members: ["l.1"])
    let index =
      #"{"weight_map":{"l.10":"\#(names[0])","l.2":"\#(names[0])","l.1":"\#(names[1])"}}"#
    try folder.write(index.utf8, to: "hf/model.safetensors.index.json")
    let manifest = try folder.load(Self.manifest)
    #expect(manifest.tensors.count == 3)
    func hashes() throws -> [ExactName: String] {
      try ExperimentPlan(manifest, outputDirectory: folder.path + "/out").inputHashes
    }
    let before = try hashes()
    #expect(before.keys.sorted().map(\.text) == names.map { "hf/" + $0 })
    try folder.writeSafetensors("hf/\(names[1])", members: ["l.1", "l.3"])
    let after = try hashes()
    #expect(after[ExactName("hf/" + names[0])] == before[ExactName("hf/" + names[0])])
    #expect(after[ExactName("hf/" + names[1])] != before[ExactName("hf/" + names[1])])
  }

  @Test("two names that differ in normalization only are two inputs")
  func normalization() throws {
    let folder = try Workspace()
    let names = ["e\u{301}.npy", "\u{E9}.npy"]
    for (index, name) in names.enumerated() { try folder.writeNPY(name, shape: [2, 3 + index]) }
    let text = """
      name: names
      tensors: [{file: "\(names[0])", name: a}, {file: "\(names[1])", name: b}]
      estimators: [minmax]
      bits: 8

      """
    let plan = try ExperimentPlan(try folder.load(text), outputDirectory: folder.path + "/out")
    #expect(plan.inputHashes.keys.sorted() == names.map { ExactName($0) })
    #expect(Set(plan.inputHashes.values).count == 2)
    try ExperimentRun(plan, jobs: 1).run { _ in }.write(summary: "", command: [])
    let note = try String(contentsOfFile: folder.path + "/out/provenance.json", encoding: .utf8)
    for (name, hash) in plan.inputHashes {
      // Compared by scalars: texts would be equal under either name.
      let line = "    \"\(name.text)\" : \"\(hash)\""
      #expect(note.unicodeScalars.ranges(of: line.unicodeScalars).count == 1, "\(note)")
    }
  }

  @Test("an empty tensor fails alone, cut into batches or not")
  func empties() throws {
    let folder = try Workspace()
    try folder.writeNPY("none.npy", shape: [0, 3])
    try folder.writeNPY("some.npy", shape: [2, 3])
    let text = """
      name: empties
      tensors: [file: none.npy, file: some.npy, {file: none.npy, batches: 2, name: cut}]
      estimators: [minmax]
      bits: 8

      """
    let plan = try ExperimentPlan(
      try folder.load(text), outputDirectory: folder.path + "/out")
    let finished = try ExperimentRun(plan, jobs: 1).run { _ in }
    #expect(
      finished.records.map(\.status.description) == [
        "failed: none.npy: empty tensor: shape (0, 3) has no elements; expected at least one",
        "failed: none.npy: empty tensor: shape (0, 3) has no elements; expected at least one",
        "degenerate",
      ])
  }
}
