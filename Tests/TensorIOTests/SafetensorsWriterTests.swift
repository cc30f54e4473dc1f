import _TestSupport
import Foundation
import TensorIO
import Testing

@Suite("Safetensors writing")
struct SafetensorsWriterTests {
  private struct Place: Decodable, Equatable {
    let dtype: String
    let shape: [Int]
    let data_offsets: [Int]
  }

  /// The header, read with another reader, and the data.
  private func parts(
    _ path: String
  ) throws -> (places: [String: Place], metadata: [String: String], data: [UInt8]) {
    let file = try contents(path)
    let length = file[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    #expect(length % 8 == 0)
    let header = Data(file[8..<8 + length])
    let object = try #require(try JSONSerialization.jsonObject(with: header) as? [String: Any])
    var places: [String: Place] = [:]
    for (name, value) in object where name != "__metadata__" {
      places[name] = try JSONDecoder().decode(
        Place.self, from: JSONSerialization.data(withJSONObject: value))
    }
    return (
      places, object["__metadata__"] as? [String: String] ?? [:], Array(file[(8 + length)...])
    )
  }

  private static let entries = [
    SafetensorsEntry(name: "b", shape: [3], of: UInt8.self),
    SafetensorsEntry(name: "f", shape: [1, 2], of: Float.self),
    SafetensorsEntry(name: "s", shape: [], of: Int16.self),
    SafetensorsEntry(name: "n", shape: [1], of: Int64.self),
    SafetensorsEntry(name: "q", shape: [2], of: Int8.self),
  ]

  private func writer(_ path: String) throws -> SafetensorsWriter {
    try SafetensorsWriter(
      path: path, entries: Self.entries, metadata: [("k", "a \"word\"\n\\ é")])
  }

  /// In an order that is not that of the file.
  private func fill(_ file: SafetensorsWriter, without left: Set<Int> = []) throws {
    if !left.contains(4) { try file.append([-1, 7] as [Int8], to: 4) }
    if !left.contains(0) { try file.append([1] as [UInt8], to: 0) }
    if !left.contains(1) { try file.append([1.5, -2] as [Float], to: 1) }
    if !left.contains(3) { try file.append([-2] as [Int64], to: 3) }
    if !left.contains(0) { try file.append([2, 255] as [UInt8], to: 0) }
    if !left.contains(2) { try file.append([0x0102] as [Int16], to: 2) }
  }

  @Test("pieces in any order go to their places, larger elements first")
  func places() throws {
    let directory = try Workspace()
    let path = directory.path("w.safetensors")
    let file = try writer(path)
    try fill(file)
    #expect(try directory.names() != ["w.safetensors"])
    try file.finish()
    #expect(try directory.names() == ["w.safetensors"])
    let (places, metadata, data) = try parts(path)
    #expect(metadata == ["k": "a \"word\"\n\\ é"])
    #expect(
      places == [
        "n": Place(dtype: "I64", shape: [1], data_offsets: [0, 8]),
        "f": Place(dtype: "F32", shape: [1, 2], data_offsets: [8, 16]),
        "s": Place(dtype: "I16", shape: [], data_offsets: [16, 18]),
        "b": Place(dtype: "U8", shape: [3], data_offsets: [18, 21]),
        "q": Place(dtype: "I8", shape: [2], data_offsets: [21, 23]),
      ])
    #expect(
      data == [0xFE] + [UInt8](repeating: 0xFF, count: 7) + [0, 0, 0xC0, 0x3F, 0, 0, 0, 0xC0, 2, 1]
        + [1, 2, 255, 0xFF, 7])
    #expect(try openOne("\(path)#f").load(nonFinite: .error).values == [1.5, -2])
  }

  @Test("what is left out at the end leaves no hole", arguments: [[0], [1, 3], [2], [0, 2, 4]])
  func leavingOut(left: [Int]) throws {
    let directory = try Workspace()
    let (whole, path) = (directory.path("a.safetensors"), directory.path("b.safetensors"))
    let complete = try writer(whole)
    try fill(complete)
    try complete.finish()
    let file = try writer(path)
    try fill(file, without: Set(left))
    try file.finish(without: Set(left))
    let (expected, found) = (try parts(whole), try parts(path))
    #expect(found.places.count == Self.entries.count - left.count)
    var covered = 0
    for (name, place) in found.places.sorted(by: {
      $0.value.data_offsets[0] < $1.value.data_offsets[0]
    }) {
      let old = try #require(expected.places[name]).data_offsets
      #expect(place.data_offsets[0] == covered)
      covered = place.data_offsets[1]
      #expect(found.data[place.data_offsets[0]..<covered] == expected.data[old[0]..<old[1]])
    }
    #expect(found.data.count == covered)
  }

  @Test("missing and superfluous bytes, and equal names, are errors that leave nothing behind")
  func refusals() throws {
    let directory = try Workspace()
    let path = directory.path("w.safetensors")
    func reason(_ body: () throws -> Void) throws -> String {
      let error = try #require(throws: TensorFileError.self) { try body() }
      return error.description
    }
    do {
      let file = try writer(path)
      #expect(
        try reason { try file.append([1, 2, 3] as [Int8], to: 4) }
          == "\(path): 3 bytes of 'q'; expected 2")
      try fill(file, without: [1])
      #expect(try reason { try file.finish() } == "\(path): 0 bytes of 'f'; expected 8")
    }
    let twice = [Self.entries[0], Self.entries[0]]
    #expect(
      try reason { _ = try SafetensorsWriter(path: path, entries: twice, metadata: []) }
        == "\(path): two tensors would be called 'b'; expected one")
    #expect(try directory.names() == [])
  }

  @Test("what holds no floats is copied byte by byte, also out of shards")
  func copies() throws {
    let directory = try Workspace()
    let source = directory.path("m-1.safetensors")
    let file = try SafetensorsWriter(
      path: source,
      entries: [
        SafetensorsEntry(name: "ids", shape: [300_000], of: Int64.self),
        SafetensorsEntry(name: "w", shape: [1], of: Float.self),
      ], metadata: [])
    try file.append((0..<300_000).map { Int64($0) << 32 }, to: 0)
    try file.append([2] as [Float], to: 1)
    try file.finish()
    let index = try directory.file(
      "model.safetensors.index.json",
      Array(#"{"weight_map":{"ids":"m-1.safetensors","w":"m-1.safetensors"}}"#.utf8))
    for path in [source, index] {
      let listing = try TensorFile.listing(path)
      #expect(listing.raw.map(\.name) == ["ids"])
      let copy = try SafetensorsWriter(
        path: directory.path("c.safetensors"), entries: listing.raw.map { SafetensorsEntry($0) },
        metadata: [])
      try copy.copy(listing.raw[0], to: 0)
      try copy.finish()
      let data = try parts(directory.path("c.safetensors")).data
      #expect(data == Array(try parts(source).data[..<2_400_000]))
    }
  }
}

@Suite("npz writing")
struct NPZWriterTests {
  @Test("arrays are read back, with their shapes and checksums")
  func roundTrip() throws {
    let directory = try Workspace()
    let path = directory.path("p.npz")
    var archive = NPZWriter()
    archive.add("scale", [0.5, 0.25] as [Float], shape: [1, 2])
    archive.add("é", [3] as [Float], shape: [])
    archive.add("zero_point", [-1, 2] as [Int8], shape: [2])
    try archive.write(to: path)
    let listing = try TensorFile.listing(path)
    #expect(listing.leftOut.map(\.name) == ["zero_point"] && listing.leftOut[0].type == "|i1")
    let scale = try openOne("\(path)#scale").load(nonFinite: .error)
    #expect(scale.shape == [1, 2] && scale.values == [0.5, 0.25])
    #expect(try openOne("\(path)#é").load(nonFinite: .error).values == [3])
    #expect(try contents(path).contains(0xFF))
  }
}
