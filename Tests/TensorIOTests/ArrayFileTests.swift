import Foundation
import TensorIO
import Testing
import _TestSupport

/// Arrays of any numbers, read row by row.
@Suite("Arrays")
struct ArrayFileTests {
  private func rows(_ array: ArrayFile, _ count: Int) throws -> [[UInt8]] {
    let rows = try array.makeRows()
    var pieces: [[UInt8]] = []
    while rows.remaining > 0 { pieces.append(try rows.next(count)) }
    #expect(try rows.next(count).isEmpty)
    return pieces
  }

  @Test(
    "every type of number is known, in either order of bytes",
    arguments: [
      ("|b1", .bool), ("|i1", .int8), ("<i2", .int16), ("<i4", .int32), ("<i8", .int64),
      ("|u1", .uint8), ("<u2", .uint16), (">u4", .uint32), (">u8", .uint64), ("<f2", .float16),
      (">f4", .float32), ("<f8", .float64), ("=i8", .int64),
    ] as [(String, ArrayType)])
  func types(descriptor: String, type: ArrayType) throws {
    let directory = try Workspace()
    let size = type.byteCount
    let isBigEndian = descriptor.hasPrefix(">")
    let element = (1...size).map { UInt8($0) }
    let lying = isBigEndian ? Array(element.reversed()) : element
    let path = try directory.file(
      "x.npy", npy(descriptor, shape: "(3, 1)", data: lying + lying + lying))
    let arrays = try ArrayFile.open(path)
    let array = try #require(arrays.first)
    #expect(arrays.count == 1 && array.name == nil && array.path == path)
    #expect(array.type == type && array.shape == [3, 1] && array.rowBytes == size)
    #expect(try rows(array, 2) == [element + element, element])
  }

  @Test("members come in the order of the archive, deflated or not, with other types")
  func archive() throws {
    let directory = try Workspace()
    let ids = bytes((0..<60_000).map { Int64($0) })
    let path = try directory.file(
      "x.npz",
      zip([
        ZipMember(
          name: "z.npy", content: npy("<i8", shape: "(30000, 2)", data: ids), isDeflated: true),
        ZipMember(name: "readme.txt", content: [1]),
        ZipMember(name: "a.npy", content: npy("|b1", shape: "(2,)", data: [1, 0])),
        ZipMember(name: "s.npy", content: npy("<f4", shape: "()", data: float32([3]))),
      ]))
    let arrays = try ArrayFile.open(path)
    #expect(arrays.map(\.name) == ["z", "a", "s"])
    #expect(arrays.map(\.type) == [.int64, .bool, .float32])
    let pieces = try rows(arrays[0], 7001)
    #expect(pieces.map(\.count) == [7001, 7001, 7001, 7001, 1996].map { $0 * 16 })
    #expect(pieces.flatMap(\.self) == ids)
    #expect(try rows(arrays[1], 100) == [[1, 0]])
    #expect(try rows(arrays[2], 1) == [float32([3])])
    // Two readers of one array do not share a place.
    let (one, two) = (try arrays[0].makeRows(), try arrays[0].makeRows())
    #expect(try one.next(1) == two.next(1))
  }

  @Test("arrays without elements have rows without bytes, or none")
  func empties() throws {
    let directory = try Workspace()
    let path = try directory.file("x.npy", npy("<i4", shape: "(3, 0)", data: []))
    #expect(try rows(ArrayFile.open(path)[0], 2) == [[], []])
    let none = try directory.file("y.npy", npy("<i4", shape: "(0, 3)", data: []))
    #expect(try rows(ArrayFile.open(none)[0], 2).isEmpty)
  }

  @Test("Fortran order is refused where it matters")
  func fortranOrder() throws {
    let directory = try Workspace()
    let data = bytes([1, 2, 3, 4] as [Int32])
    let path = try directory.file("x.npy", npy("<i4", shape: "(2, 2)", data: data, fortran: true))
    #expect(
      try failure(path)
        == "x.npy: array in Fortran order, whose rows are spread over the file; expected C order, "
        + "as numpy.ascontiguousarray makes it")
    let vector = try directory.file("y.npy", npy("<i4", shape: "(4, 1)", data: data, fortran: true))
    #expect(try rows(ArrayFile.open(vector)[0], 4) == [data])
  }

  private func failure(_ path: String) throws -> String {
    let error = try #require(throws: TensorFileError.self) {
      for array in try ArrayFile.open(path) { _ = try rows(array, 1000) }
    }
    #expect(!error.description.contains("\n"))
    return error.description
  }

  @Test(
    "what is no number is refused with what would be right",
    arguments: [
      ("<U3", "'<U3'"), ("|O", "'|O' (pickled Python objects)"), ("<c8", "'<c8'"), ("<V2", "'<V2'"),
      ("<f16", "'<f16'"), ("<i3", "'<i3'"), ("<M8[s]", "'<M8[s]'"), ("f1", "'f1'"), ("", "''"),
    ])
  func otherTypes(descriptor: String, name: String) throws {
    let directory = try Workspace()
    let array = npy(descriptor, shape: "(1,)", data: [1, 2, 3, 4])
    let path = try directory.file("x.npz", zip([ZipMember(name: "m.npy", content: array)]))
    #expect(
      try failure(path)
        == "x.npz#m: unsupported element type \(name); expected bool, int8 to int64, uint8 to "
        + "uint64, float16, float32 or float64")
  }

  @Test("damage is one error")
  func damage() throws {
    let directory = try Workspace()
    let good = npy("<i4", shape: "(2,)", data: bytes([1, 2] as [Int32]))
    func failure(_ bytes: [UInt8], _ name: String = "x.npy") throws -> String {
      try self.failure(try directory.file(name, bytes))
    }
    #expect(
      try failure(Array(good.dropLast()))
        .contains(
          "7 bytes of data from byte \(good.count - 8); expected 8 for shape (2,) of int32"))
    #expect(try failure(good + [0]).contains("9 bytes of data"))
    #expect(try failure(npy("<i4", shape: "(-2,)", data: [])).contains("negative dimension -2"))
    #expect(
      try failure(npy("<i8", shape: "(4611686018427387904,)", data: [])).contains("more bytes than")
    )
    let wrong = ZipMember(name: "m.npy", content: good, checksum: 1)
    #expect(try failure(zip([wrong]), "x.npz").contains("x.npz#m: CRC-32 of the data is"))
    let twice = ZipMember(name: "m.npy", content: good)
    #expect(try failure(zip([twice, twice]), "x.npz") == "x.npz#m: occurs more than once")
    #expect(
      try failure(ONNX.everyType, "m.onnx") == "m.onnx: holds no arrays; expected .npy or .npz")
    #expect(try failure([1, 2, 3], "m.bin") == "m.bin: holds no arrays; expected .npy or .npz")
    let error = try #require(throws: TensorFileError.self) {
      _ = try ArrayFile.open(directory.path("none.npy"))
    }
    #expect(error.isMissingFile)
  }

  @Test("a file that changes while it is read is an error")
  func changed() throws {
    let directory = try Workspace()
    let path = try directory.file("x.npy", npy("|u1", shape: "(4,)", data: [1, 2, 3, 4]))
    let rows = try ArrayFile.open(path)[0].makeRows()
    #expect(try rows.next(2) == [1, 2])
    try extend(path, to: 1 << 20)
    #expect(throws: TensorFileError.self) { _ = try rows.next(2) }
  }
}
