import _TestSupport
import ExperimentRunner
import Foundation
import RangeEstimation
import Testing

/// Which files a pattern finds, in which order.
@Suite struct PatternTests {
  let folder: Workspace

  init() throws {
    folder = try Workspace()
    for name in ["t/one", "t/a/two", "t/a/b/three", "t/a10/x", "t/a9/x", "t/.hidden/x", "t/[1]/y"] {
      try folder.writeNPY("\(name).npy", shape: [2])
    }
    // Around in a circle, and out of the tree.
    try link("t/a/b/up", "../..")
    try link("t/a/self", ".")
    try link("t/linked.npy", "one.npy")
    try link("t/dangling.npy", "none")
  }

  private func link(_ name: String, _ target: String) throws {
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/" + name, withDestinationPath: target)
  }

  /// The files of a sequence, or of a tensor each.
  private func files(_ pattern: String, asBatches: Bool) throws -> [String] {
    let entry = asBatches ? "{batches: ['\(pattern)'], name: s}" : "file: '\(pattern)'"
    return try folder.load(Lines.with([3: "  - \(entry)"])).tensors.flatMap { tensor in
      switch tensor.origin {
      case .file(let file): [file.relativePath]
      case .sequence(let files): files.map(\.relativePath)
      case .synthetic, .network: [String]()
      }
    }
  }

  @Test(
    "two stars are any number of folders",
    arguments: [
      ("t/a/**/*.npy", ["t/a/b/three.npy", "t/a/two.npy"]),
      ("t/**/x.npy", ["t/a9/x.npy", "t/a10/x.npy"]),
      ("**/three.npy", ["t/a/b/three.npy"]), ("t/a/b/**", ["t/a/b/three.npy"]),
      ("t/**/a/**/three.npy", ["t/a/b/three.npy"]), ("t/**/**/two.npy", ["t/a/two.npy"]),
      ("t/**/one.npy", ["t/one.npy"]), ("./t/**/one.npy", ["./t/one.npy"]),
      ("t//**//two.npy", ["t/a/two.npy"]), ("t/a/**/b/*.npy", ["t/a/b/three.npy"]),
      ("t/.hidden/**/*.npy", ["t/.hidden/x.npy"]), ("t/.h*/*.npy", ["t/.hidden/x.npy"]),
      ("t/a*/x.npy", ["t/a9/x.npy", "t/a10/x.npy"]), ("t/[a]/tw?.npy", ["t/a/two.npy"]),
      ("t/\\[1\\]/*.npy", ["t/[1]/y.npy"]), ("t/a/self/tw*.npy", ["t/a/self/two.npy"]),
      ("t/o**.npy", ["t/one.npy"]),
    ])
  func depth(pattern: String, found: [String]) throws {
    #expect(try files(pattern, asBatches: false) == found)
    #expect(try files(pattern, asBatches: true) == found)
  }

  @Test("finds every file once, links to files too, none that is hidden or broken")
  func all() throws {
    let text = Lines.with([3: "  - file: 't/**/*.npy'"], adding: "exclude: [{tensor: linked}]")
    let faults = try folder.faults(text)
    // The link leads to a file that is listed already.
    #expect(faults.contains("tensor 'linked' is listed twice"), "\(faults)")
    try FileManager.default.removeItem(atPath: folder.path + "/t/linked.npy")
    #expect(
      try folder.load(Lines.with([3: "  - file: 't/**/*.npy'"])).tensors.map(\.name)
        == ["[1]/y", "a/b/three", "a/two", "a9/x", "a10/x", "one"])
  }

  @Test("no match is an error", arguments: ["t/**/four.npy", "none/**/*.npy", "t/**/"])
  func nothing(pattern: String) throws {
    let faults = try folder.faults(Lines.with([3: "  - file: '\(pattern)'"]))
    #expect(faults.contains("no file matches '\(pattern)'") || pattern == "t/**/", "\(faults)")
    #expect(!faults.isEmpty)
  }

  @Test("what is no file is an error of the manifest, at once", arguments: ["pipe", "folder"])
  func noFile(kind: String) throws {
    let path = folder.path + "/m2.yaml"
    if kind == "pipe" {
      #expect(mkfifo(path, 0o600) == 0)
    } else {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }
    let error = #expect(throws: ManifestError.self) {
      try Manifest.load(path: path, overrides: [], registry: .builtIn)
    }
    let what = kind == "pipe" ? "is not a regular file" : "is a directory"
    #expect(error?.description.contains("cannot read the manifest: \(what)") == true)
    #expect(error?.isMissingFile == true)
  }
}
