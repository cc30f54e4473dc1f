import _TestSupport
import ExperimentRunner
import Foundation
import ResultRecords
import Testing

/// What tensors of files are called in results.
@Suite struct TensorNameTests {
  let folder: Workspace

  init() throws {
    folder = try Workspace()
    for name in ["x/a", "y/a", "y/b", "z_10", "z_2"] {
      try folder.writeNPY("\(name).npy", shape: [2])
    }
    try folder.writeSafetensors("y/a.safetensors", members: ["fc10", "fc9"])
  }

  private func names(_ entries: String...) throws -> [String] {
    try folder.load(Lines.with([3: entries.map { "  - \($0)" }.joined(separator: "\n")]))
      .tensors.map(\.name)
  }

  private func fault(_ entries: String...) throws -> String {
    try folder.faults(Lines.with([3: entries.map { "  - \($0)" }.joined(separator: "\n")]))
  }

  @Test("a path is called by its stem, files of a pattern by their paths from where it begins")
  func ownNames() throws {
    #expect(try names("file: x/a.npy") == ["a"])
    #expect(try names("file: y/*.npy") == ["a", "b"])
    #expect(try names("file: '*/a.npy'") == ["x/a", "y/a"])
    #expect(try names("file: ./y/./*.npy") == ["a", "b"])
    #expect(try names("file: z_*.npy") == ["z_2", "z_10"])
    #expect(try names("file: y/a.safetensors") == ["a#fc9", "a#fc10"])
  }

  @Test("a name that is taken becomes a path; what comes later changes no name before it")
  func takenNames() throws {
    #expect(try names("file: x/a.npy", "file: y/a.npy") == ["a", "y/a"])
    #expect(
      try names("file: x/a.npy", "file: y/a.*")
        == ["a", "y/a", "y/a.safetensors#fc9", "y/a.safetensors#fc10"])
    #expect(try names("file: y/a.safetensors#fc9", "file: x/a.npy") == ["a#fc9", "x/a"])
    #expect(try names("{batches: [z_2.npy, z_10.npy], name: a}", "file: x/a.npy") == ["a", "x/a"])
    #expect(
      try names("file: y/a.safetensors#fc9", "file: y/a.safetensors#fc10") == ["a#fc9", "a#fc10"])
  }

  @Test("an entry may say what its tensors are called")
  func givenNames() throws {
    #expect(try names("{file: x/a.npy, name: first}", "file: y/a.npy") == ["first", "a"])
    #expect(try names("{file: '*/a.npy', name: n}") == ["n/x/a", "n/y/a"])
    #expect(try names("{file: '*/b.npy', name: n}") == ["n/y/b"], "one match, as of several")
    #expect(try names("{file: y/a.safetensors, name: n}") == ["n#fc9", "n#fc10"])
    #expect(try names("{file: y/a.safetensors#fc9, name: n}") == ["n"])
    #expect(
      try names("{file: y/a.*, name: n}") == ["n/a", "n/a.safetensors#fc9", "n/a.safetensors#fc10"])
    #expect(
      try names("file: x/a.npy", "{file: x/a.npy, name: again, batches: 2}") == ["a", "again"])
    #expect(
      try names("{synthetic: {distribution: relu, shape: [4]}, name: noise}") == ["noise"])
    #expect(
      try names("{synthetic: {distribution: relu, shape: [4], count: 2}, name: n}")
        == ["n/relu-4-0", "n/relu-4-1"])
  }

  @Test("one name twice, or one file twice without a second name, is an error")
  func faults() throws {
    #expect(try fault("file: x/a.npy", "file: ./x/a.npy").contains("tensor 'a' is listed twice"))
    #expect(try fault("file: x/a.npy", "file: '*/a.npy'").contains("tensor 'a' is listed twice"))
    #expect(
      try fault("file: x/a.npy", "{file: y/a.npy, name: a}").contains("'a' is listed twice"))
    #expect(
      try fault("{file: x/a.npy, name: a b}").contains(
        "name is 'a b'; expected up to 200 of the characters"))
    #expect(try fault("{file: x/a.npy, nam: b}").contains("did you mean 'name'?"))
  }

  @Test("names and paths that are canonically equal are two names")
  func bytesDecide() throws {
    let (one, two) = ("caf\u{E9}", "cafe\u{301}")
    #expect(one == two)
    for name in [one, two] { try folder.writeNPY("\(name).npy", shape: [name.utf8.count]) }
    let manifest = try folder.load(
      Lines.with([3: "  - file: '\(one).npy'\n  - file: '\(two).npy'"]))
    #expect(manifest.tensors.map { Array($0.name.utf8) } == [Array(one.utf8), Array(two.utf8)])
    #expect(manifest.tensors.map(\.shape) == [[5], [6]])
    let run = try ExperimentRun(
      ExperimentPlan(manifest, outputDirectory: folder.path + "/out"), jobs: 1
    ).run { _ in }
    // Two widths each; the lengths say which file was read.
    #expect(run.records.map(\.elements).sorted() == [5, 5, 6, 6] && run.failures == 0)
    let text = Lines.with(
      [3: "  - file: '\(one).npy'\n  - file: '\(two).npy'"],
      adding: "exclude: [{tensor: '\(two)'}]")
    let left = try ExperimentPlan(folder.load(text), outputDirectory: folder.path + "/new")
    #expect(
      left.cells.map { Array($0.key.subject.description.utf8) } == [
        Array(one.utf8), Array(one.utf8),
      ])
    #expect(try names("{batches: ['\(one).npy', '\(two).npy'], name: s}") == ["s"])
  }

  @Test("names for a list of paths, as a command line has it")
  func listOfPaths() {
    #expect(
      TensorNames.unique(for: [
        ("a/w.npy", nil), ("b/w.npy", nil), ("w.npz", "x"), ("w.npz", "y"), ("v.npy", nil),
        ("m/model.safetensors.index.json", "fc"),
      ]) == ["w", "b/w", "w.npz#x", "w.npz#y", "v", "model#fc"])
  }
}
