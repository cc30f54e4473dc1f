import _TestSupport
import Foundation
import TensorIO
import Testing

/// Checkpoints in several files.
@Suite("Shards")
struct ShardIndexTests {
  private static let first = "model-00001-of-00002.safetensors"
  private static let second = "model-00002-of-00002.safetensors"

  /// A folder with an index of two shards; `map` is the text of its weight_map.
  private func checkpoint(
    map: String? = nil
  ) throws -> (directory: Workspace, path: String) {
    let directory = try Workspace()
    _ = try directory.file(
      Self.first, ContainerTests.safe([("l.10.w", [1, 2]), ("l.2.w", [3])]))
    _ = try directory.file(Self.second, ContainerTests.safe([("l.1.w", [4]), ("tied", [5])]))
    let map =
      map ?? #"{"l.10.w":"\#(Self.first)","l.1.w":"\#(Self.second)","l.2.w":"\#(Self.first)"}"#
    let path = try directory.file(
      "model.safetensors.index.json",
      Array(#"{"metadata":{"total_size":20},"weight_map":\#(map)}"#.utf8))
    return (directory, path)
  }

  @Test("all tensors of all shards are listed by the names in the index")
  func listing() throws {
    let (directory, path) = try checkpoint()
    let listing = try TensorFile.listing(path)
    #expect(listing.tensors.map(\.member) == ["l.1.w", "l.2.w", "l.10.w"])
    #expect(listing.tensors.map(\.stem) == ["model#l.1.w", "model#l.2.w", "model#l.10.w"])
    #expect(listing.tensors.map(\.path) == [path, path, path])
    #expect(listing.tensors[0].dataPath == directory.path(Self.second))
    #expect(
      try listing.tensors.map { try $0.load(nonFinite: .error).values } == [[4], [3], [1, 2]])
    #expect(
      listing.remark == "model.safetensors.index.json: left out 1 member that is no float tensor: "
        + "tied (not in the index)")
    #expect(try readAll(path + "#l.10.w")[0].values == [1, 2])
    #expect(try openOne(path + "#*.1.w").name == "model.safetensors.index.json#l.1.w")
    #expect(try failure(path + "#tied").contains("no such tensor; expected one of 'l.1.w', "))
  }

  @Test("a shard that is missing, or lacks a tensor, is one error")
  func missing() throws {
    let (directory, path) = try checkpoint()
    try FileManager.default.removeItem(atPath: directory.path(Self.second))
    let error = try #require(throws: TensorFileError.self) { _ = try TensorFile.open(path) }
    #expect(error.isMissingFile)
    #expect(
      error.description
        == "\(directory.path(Self.second)): is missing, 1 of the 2 shards that "
        + "model.safetensors.index.json names are; expected them in its folder")
    // What lies in another shard can be had all the same.
    #expect(try readAll(path + "#l.2.w")[0].values == [3])
    let (other, lacking) = try checkpoint(
      map: #"{"l.1.w":"\#(Self.first)","l.2.w":"\#(Self.first)"}"#)
    let message =
      "model.safetensors.index.json#l.1.w: the shard '\(Self.first)' has no such tensor; "
      + "expected what the index says"
    #expect(try failure(lacking) == message)
    #expect(try failure(lacking + "#l.1.w") == message)
    withExtendedLifetime(other) {}
  }

  @Test(
    "shards lie in the folder of the index, and nowhere else",
    arguments: [
      "../x.safetensors", "/etc/x.safetensors", "a/b.safetensors", "", ".", "..", "x.bin",
      "x.safetensors\\u0000", "\\u0000.safetensors/",
    ])
  func places(name: String) throws {
    let (directory, path) = try checkpoint(map: #"{"w":"\#(name)"}"#)
    #expect(
      try failure(path).hasSuffix(
        "; expected the name of a .safetensors file in the folder of the index"))
    withExtendedLifetime(directory) {}
  }

  @Test(
    "what is no index is refused with its place",
    arguments: [
      ("[]", "no 'weight_map' at byte 0"), ("{}", "no 'weight_map' at byte 0"),
      (#"{"weight_map":[]}"#, "no 'weight_map' at byte 0"), ("", "unexpected end at byte 0"),
      (#"{"weight_map":{"a":"x","a":"y"}}"#, "key 'a' occurs more than once at byte 23"),
      (String(repeating: "[", count: 100_000), "nested too deeply at byte 64"),
      (#"{"weight_map":{"a":"\ud800"}}"#, "half a character at byte 26"),
    ])
  func noIndex(text: String, reason: String) throws {
    #expect(
      try failure(of: Array(text.utf8), as: "model.safetensors.index.json")
        == "model.safetensors.index.json: is no index of shards: \(reason); expected a JSON object "
        + "with a 'weight_map' of tensors and their files")
  }

  @Test("a shard that is no string, and an index of nothing")
  func oddities() throws {
    let (one, number) = try checkpoint(map: #"{"w":1}"#)
    #expect(try failure(number).contains("#w: the shard is not a string; expected the name of"))
    let (two, nothing) = try checkpoint(map: "{}")
    #expect(try failure(nothing).contains("holds no float tensor; "))
    withExtendedLifetime((one, two)) {}
  }

  @Test("more shards than a process may have open files can be listed")
  func manyShards() throws {
    let directory = try Workspace()
    var entries: [String] = []
    for index in 1...1100 {
      let name = "m-\(index)-of-1100.safetensors"
      _ = try directory.file(name, ContainerTests.safe([("t\(index)", [Float(index)])]))
      entries.append(#""t\#(index)":"\#(name)""#)
    }
    let path = try directory.file(
      "m.safetensors.index.json",
      Array(#"{"weight_map":{\#(entries.joined(separator: ","))}}"#.utf8))
    let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
    let tensors = try TensorFile.open(path)
    #expect(try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count < open + 100)
    #expect(tensors.count == 1100)
    #expect(
      try tensors.map { try $0.load(nonFinite: .error).values[0] } == (1...1100).map(Float.init))
  }

  @Test(
    "names in tables stay when a checkpoint is cut otherwise",
    arguments: [
      ("model.safetensors.index.json", "model"), ("model-00001-of-00003.safetensors", "model"),
      ("model-00001-of-000163.safetensors", "model"), ("a-b-00002-of-00002.safetensors", "a-b"),
      ("model.safetensors", "model"), ("model.safetensors.index.fp16.json", "model.fp16"),
      ("model.fp16-00001-of-00002.safetensors", "model.fp16"),
      ("model-00004-of-00003.safetensors", "model-00004-of-00003"),
      ("x-00001-of-.safetensors", "x-00001-of-"), ("-1-of-2.safetensors", "-1-of-2"),
    ])
  func stems(file: String, stem: String) throws {
    let directory = try Workspace()
    let isIndex = file.hasSuffix(".json")
    let container = ContainerTests.safe([("t", [1])])
    var path = try directory.file(isIndex ? "s.safetensors" : file, container)
    if isIndex {
      path = try directory.file(file, Array(#"{"weight_map":{"t":"s.safetensors"}}"#.utf8))
    }
    #expect(try openOne(path).stem == stem + "#t")
  }

  @Test("other files keep what looks like a shard's number")
  func otherStems() throws {
    let directory = try Workspace()
    let path = try directory.file("x-00001-of-00002.npy", npy([1]))
    #expect(try openOne(path).stem == "x-00001-of-00002")
  }
}
