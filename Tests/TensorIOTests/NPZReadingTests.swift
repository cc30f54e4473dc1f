import _TestSupport
import TensorIO
import Testing

@Suite("npz reading")
struct NPZReadingTests {
  private let first = npy([1, 2, 3])
  private let second = npy("<f2", shape: "(1, 2)", data: bytes([0x3C00, 0x4000] as [UInt16]))
  private let integers = npy("<i8", shape: "(1,)", data: bytes([7] as [Int64]))

  @Test("stored and deflated members are listed in name order, others left out")
  func listing() throws {
    let directory = try Workspace()
    let archive = zip([
      ZipMember(name: "b.npy", content: first, isDeflated: true),
      ZipMember(name: "steps.npy", content: integers),
      ZipMember(name: "readme.txt", content: Array("text".utf8)),
      ZipMember(name: "a.npy", content: second),
    ])
    let tensors = try TensorFile.open(try directory.file("w.npz", archive))
    #expect(tensors.map(\.name) == ["w.npz#a", "w.npz#b"])
    #expect(tensors.map(\.member) == ["a", "b"])
    #expect(tensors.map(\.shape) == [[1, 2], [3]])
    #expect(tensors.map(\.elementType) == [.float16, .float32])
    #expect(try tensors[0].load(nonFinite: .error).values == [1, 2])
    #expect(try tensors[1].load(nonFinite: .error).values == [1, 2, 3])
  }

  @Test("a member is named with or without its extension, and may contain '#'")
  func naming() throws {
    let directory = try Workspace()
    let archive = zip([ZipMember(name: "a#b.npy", content: first)], comment: "a comment")
    let path = try directory.file("w.npz", archive)
    #expect(try openOne(path + "#a#b").member == "a#b")
    #expect(try openOne(path + "#a#b.npy").name == "w.npz#a#b")
    let marked = try directory.file("w#1.npz", archive)
    #expect(try openOne(marked).name == "w#1.npz#a#b")
    #expect(try openOne(marked + "#a#b").path == marked)
  }

  @Test("zip64 fields and end records are read")
  func wide() throws {
    let directory = try Workspace()
    let members = [
      ZipMember(name: "a.npy", content: first, isWide: true),
      ZipMember(name: "b.npy", content: second, isDeflated: true, isWide: true),
    ]
    let path = try directory.file("w.npz", zip(members, wideEnd: true))
    #expect(try readAll(path).map(\.values) == [[1, 2, 3], [1, 2]])
  }

  @Test("a deflated Fortran member is transposed")
  func fortran() throws {
    let directory = try Workspace()
    let content = npy("<f4", shape: "(2, 2)", data: float32([1, 3, 2, 4]), fortran: true)
    let archive = zip([ZipMember(name: "f.npy", content: content, isDeflated: true)])
    #expect(try readAll(try directory.file("f.npz", archive))[0].values == [1, 2, 3, 4])
  }

  @Test("a large deflated member is inflated across many chunks")
  func large() throws {
    let directory = try Workspace()
    var generator = SplitMix(seed: 1)
    let values = (0..<300_000).map { _ in Float.random(in: -1...1, using: &generator) }
    let archive = zip([ZipMember(name: "v.npy", content: npy(values), isDeflated: true)])
    #expect(try readAll(try directory.file("l.npz", archive))[0].values == values)
  }
}

@Suite("npz faults")
struct NPZFaultTests {
  private let content = npy([1, 2, 3])

  private func reading(_ member: ZipMember) throws -> String {
    try failure(of: zip([member]), as: "w.npz")
  }

  @Test("names that are not there, twice there or not of floats")
  func names() throws {
    let directory = try Workspace()
    let integers = npy("<i8", shape: "(1,)", data: bytes([7] as [Int64]))
    let members = [
      ZipMember(name: "b.npy", content: content), ZipMember(name: "fc1.npy", content: integers),
      ZipMember(name: "t.txt", content: [1]),
    ]
    let path = try directory.file("weights.npz", zip(members))
    #expect(
      try failure(path + "#fc1")
        == "weights.npz#fc1: unsupported element type '<i8'; "
        + "expected float8_e4m3fn, float8_e5m2, float16, bfloat16, float32 or float64")
    #expect(
      try failure(path + "#c")
        == "weights.npz#c: no such tensor; expected one of 'b', 'fc1', 't.txt'")
    #expect(
      try failure(path + "#t.txt")
        == "weights.npz#t.txt: is not a npy member; expected a name ending in .npy")
    let twice = try directory.file("twice.npz", zip([members[0], members[0]]))
    #expect(try failure(twice) == "twice.npz#b: occurs more than once")
    #expect(try failure(twice + "#b") == "twice.npz#b: occurs more than once")
    let none = "holds no float tensor"
    let kinds = "expected float8_e4m3fn, float8_e5m2, float16, bfloat16, float32 or float64"
    #expect(
      try failure(of: zip([members[1]]), as: "i.npz") == "i.npz: \(none) but fc1 (<i8); \(kinds)")
    #expect(try failure(of: zip([]), as: "0.npz") == "0.npz: \(none); \(kinds)")
  }

  @Test("a wrong checksum is found at the end", arguments: [false, true])
  func checksum(isDeflated: Bool) throws {
    let member = ZipMember(
      name: "a.npy", content: content, isDeflated: isDeflated, checksum: 0x0000_1234)
    let actual = String(crc(content), radix: 16)
    let padded = String(repeating: "0", count: 8 - actual.count) + actual
    #expect(
      try reading(member)
        == "w.npz#a: CRC-32 of the data is 0x\(padded); expected 0x00001234")
  }

  @Test("a flipped bit in stored data is found by the checksum")
  func flippedBit() throws {
    var archive = zip([ZipMember(name: "a.npy", content: content)])
    archive[30 + 5 + 7 + content.count - 1] ^= 1
    #expect(try failure(of: archive, as: "w.npz").contains("CRC-32"))
  }

  @Test("compressed data must end where they should")
  func compressedLength() throws {
    let size = UInt32(content.count)
    let longer = ZipMember(
      name: "a.npy", content: content, checksum: crc(content), declaredSize: size,
      compressed: deflated(content + [0]))
    var member = longer
    member.method = 8
    #expect(
      try reading(member)
        == "w.npz#a: compressed data go on after the expected \(size) bytes")
    member.compressed = deflated(Array(content.dropLast()))
    #expect(
      try reading(member)
        == "w.npz#a: compressed data end after \(size - 1) bytes; expected \(size)")
    member.compressed = Array(deflated(content).dropLast(4))
    #expect(try reading(member).hasSuffix(": truncated"))
    member.compressed = deflated(content) + [0, 0]
    #expect(
      try reading(member) == "w.npz#a: 2 unexpected bytes after the end of compressed data")
    member.compressed = [0xFF] + deflated(content)
    #expect(
      try reading(member)
        == "w.npz#a: compressed data damaged near byte 43: invalid block type")
  }

  @Test("declared sizes are measured against what is stored")
  func declaredSizes() throws {
    let size = content.count
    #expect(
      try reading(ZipMember(name: "a.npy", content: content, declaredSize: 0xFFFF_FFF0))
        == "w.npz#a: \(size) stored bytes cannot make the 4294967280 bytes declared")
    let stored = deflated(content).count
    #expect(
      try reading(
        ZipMember(name: "a.npy", content: content, isDeflated: true, declaredSize: 0xFFFF_FFF0))
        == "w.npz#a: \(stored) stored bytes cannot make the 4294967280 bytes declared")
  }

  @Test("encryption and other compression methods are refused")
  func methods() throws {
    #expect(
      try reading(ZipMember(name: "a.npy", content: content, flags: 1))
        == "w.npz#a: is encrypted; expected a plain zip member")
    #expect(
      try reading(ZipMember(name: "a.npy", content: content, method: 12))
        == "w.npz#a: zip compression method 12; expected 0 (stored) or 8 (deflated)")
  }

  @Test("an archive without its end is refused")
  func truncated() throws {
    let archive = zip([ZipMember(name: "a.npy", content: content)])
    let expected = "w.npz: no zip directory at the end; not a zip archive or truncated"
    #expect(try failure(of: Array(archive.dropLast()), as: "w.npz") == expected)
    #expect(try failure(of: [], as: "w.npz") == expected)
    #expect(try failure(of: archive + [0], as: "w.npz") == expected)
  }

  @Test("a member that reaches into the directory is refused")
  func reach() throws {
    var archive = zip([ZipMember(name: "a.npy", content: content)])
    let directory = 30 + 5 + 7 + content.count
    // Offset of the local header in the directory entry.
    archive[directory + 42] = UInt8(directory - 29)
    #expect(
      try failure(of: archive, as: "w.npz")
        == "w.npz#a: zip member at byte \(directory - 29); "
        + "expected it before the directory at byte \(directory)")
    archive[directory + 42] = 1
    #expect(try failure(of: archive, as: "w.npz") == "w.npz#a: no zip member at byte 1")
    archive[directory + 42] = 0
    archive[directory + 20] += 1
    archive[directory + 24] += 1
    #expect(
      try failure(of: archive, as: "w.npz")
        == "w.npz#a: \(content.count + 1) bytes at byte 42 reach into the zip directory at byte "
        + "\(directory)")
    archive[28] = 255
    #expect(try failure(of: archive, as: "w.npz").contains("reach into the zip directory"))
  }
}
