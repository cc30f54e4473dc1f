import _TestSupport
import TensorIO
import Testing

@Suite("npy reading")
struct NPYReadingTests {
  @Test("all three format versions are read", arguments: [1, 2, 3] as [UInt8])
  func versions(version: UInt8) throws {
    let directory = try Workspace()
    let file = npy("<f4", shape: "(3,)", data: float32([1, 2, 3]), version: version)
    let tensor = try openOne(try directory.file("v.npy", file))
    #expect(tensor.name == "v.npy")
    #expect(tensor.path == directory.path("v.npy"))
    #expect(tensor.member == nil)
    #expect(tensor.shape == [3])
    #expect(tensor.count == 3)
    #expect(tensor.elementType == .float32)
    #expect(try tensor.load(nonFinite: .error).values == [1, 2, 3])
  }

  @Test("a scalar has no axes and one element", arguments: [false, true])
  func scalar(fortran: Bool) throws {
    let directory = try Workspace()
    let path = try directory.file(
      "s.npy", npy("<f8", shape: "()", data: float64([2.5]), fortran: fortran))
    let tensor = try readAll(path)[0]
    #expect(tensor.shape == [])
    #expect(tensor.values == [2.5])
    #expect(tensor.count == 1)
  }

  @Test("keys come in any order, long integers and missing commas are accepted")
  func headerVariants() throws {
    let directory = try Workspace()
    let headers = [
      "{'shape': (2L, 1L), 'descr': '<f4', 'fortran_order': False}",
      "{\"fortran_order\" :False,\"shape\":(2,1,) , \"descr\":\"=f4\",}   ",
      "  {'descr':'<f4','fortran_order':False,'shape':(2,1)}",
    ]
    for header in headers {
      let path = try directory.file("k.npy", npy(header: header, data: float32([5, 6])))
      let tensor = try readAll(path)[0]
      #expect(tensor.shape == [2, 1])
      #expect(tensor.values == [5, 6])
    }
  }

  @Test("Fortran order of two and three axes comes out in C order")
  func fortran() throws {
    let directory = try Workspace()
    let flat = npy("<f4", shape: "(2, 3)", data: float32([1, 4, 2, 5, 3, 6]), fortran: true)
    #expect(try readAll(try directory.file("2.npy", flat))[0].values == [1, 2, 3, 4, 5, 6])

    let shape = [3, 4, 5]
    var data: [Float] = []
    for third in 0..<shape[2] {
      for second in 0..<shape[1] {
        for first in 0..<shape[0] { data.append(Float((first * 4 + second) * 5 + third)) }
      }
    }
    let cube = npy("<f4", shape: "(3, 4, 5)", data: float32(data), fortran: true)
    let tensor = try openOne(try directory.file("3.npy", cube))
    #expect(try tensor.load(nonFinite: .error).values == (0..<60).map(Float.init))
    var streamed: [Float] = []
    try tensor.forEachBatch(nonFinite: .error) { batch in
      for index in batch.indices { streamed.append(batch[index]) }
    }
    #expect(streamed == (0..<60).map(Float.init))
  }

  @Test("a Fortran array longer than a batch survives the seams between batches")
  func longFortran() throws {
    let directory = try Workspace()
    let (rows, columns) = (700, 1001)
    var data = [Float](repeating: 0, count: rows * columns)
    for row in 0..<rows {
      for column in 0..<columns { data[column * rows + row] = Float(row * columns + column) }
    }
    let file = npy("<f4", shape: "(\(rows), \(columns))", data: float32(data), fortran: true)
    let tensor = try openOne(try directory.file("f.npy", file))
    let expected = (0..<rows * columns).map(Float.init)
    #expect(try tensor.load(nonFinite: .error).values == expected)
    var streamed: [Float] = []
    var sizes: [Int] = []
    try tensor.forEachBatch(nonFinite: .error) { batch in
      sizes.append(batch.count)
      batch.withUnsafeBufferPointer { streamed.append(contentsOf: $0) }
    }
    #expect(streamed == expected)
    let full = TensorFile.batchElements
    #expect(sizes.dropLast().allSatisfy { $0 == full } && sizes.count > 2)
    #expect(sizes.reduce(0, +) == rows * columns)
  }

  @Test("Fortran order with one axis longer than one needs no transposition")
  func streamedFortran() throws {
    let directory = try Workspace()
    for (shape, transposes) in [("(4,)", false), ("(1, 4, 1)", false), ("(2, 2)", true)] {
      let file = npy("<f4", shape: shape, data: float32([1, 2, 3, 4]), fortran: true)
      #expect(try openOne(try directory.file("1.npy", file)).needsTransposition == transposes)
    }
  }

  @Test("a path with '#' that exists is not split; a member of an npy file is refused")
  func numberSigns() throws {
    let directory = try Workspace()
    let path = try directory.file("a#b.npy", npy([1]))
    #expect(try openOne(path).name == "a#b.npy")
    let plain = try directory.file("a.npy", npy([1]))
    let literal = try directory.file("a.npy#b.npy", npy([2]))
    #expect(try readAll(literal)[0].values == [2])
    #expect(
      try failure(plain + "#x")
        == "a.npy#x: a npy file is a single tensor without a name; expected nothing after '#'")
  }

  @Test("a file that is absent, a directory or no regular file counts as missing")
  func missing() throws {
    let directory = try Workspace()
    for path in [directory.path("none.npy"), directory.path("none.npz#w"), directory.path] {
      let error = try #require(throws: TensorFileError.self) { _ = try TensorFile.open(path) }
      #expect(error.isMissingFile)
    }
    #expect(
      try failure(directory.path("n.npy"))
        == "\(directory.path)/n.npy: cannot be opened: No such file or directory")
    #expect(try failure("/dev/zero") == "/dev/zero: is a device; expected a file or a pipe")
    let bad = try directory.file("bad.npy", [1, 2, 3])
    let error = try #require(throws: TensorFileError.self) { _ = try TensorFile.open(bad) }
    #expect(!error.isMissingFile)
  }

  @Test("another extension is read by its first bytes")
  func sniffing() throws {
    let directory = try Workspace()
    #expect(try readAll(try directory.file("a.bin", npy([1, 2])))[0].values == [1, 2])
    let archive = zip([ZipMember(name: "w.npy", content: npy([3]))])
    #expect(try readAll(try directory.file("b", archive))[0].values == [3])
    let header = #"{"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#
    let safe = safetensors(header: header, data: float32([4]))
    #expect(try readAll(try directory.file("c.dat", safe))[0].values == [4])
    #expect(
      try failure(of: Array("hello, world".utf8), as: "d.dat")
        == "d.dat: unknown file format; expected .npy, .npz, .safetensors, .onnx, .txt or .csv")
    #expect(try failure(of: [], as: "e").hasPrefix("e: unknown file format"))
  }
}
