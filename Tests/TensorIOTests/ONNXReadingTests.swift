import Foundation
import TensorIO
import Testing
import _TestSupport

@Suite("ONNX models")
struct ONNXReadingTests {
  private static let values: [Float] = [1.5, -2.25, 0x1p-7, 448, -0x1p-9, 0.25]

  @Test("every float type is read, raw and as a list, and the rest is named")
  func everyType() throws {
    let directory = try Workspace()
    let path = try directory.file("m.onnx", ONNX.everyType)
    let listing = try TensorFile.listing(path)
    let tensors = Dictionary(
      uniqueKeysWithValues: listing.tensors.map { ($0.member ?? "", $0) })
    let types: [(String, ElementType)] = [
      ("f32", .float32), ("f16", .float16), ("bf16", .bfloat16), ("f64", .float64),
      ("e4m3", .float8E4M3),
    ]
    for (name, type) in types {
      for form in ["raw", "list"] {
        let tensor = try #require(tensors["\(form).\(name)"])
        #expect(tensor.elementType == type && tensor.shape == [2, 3] && tensor.fault == nil)
        #expect(try tensor.load(nonFinite: .error).values == Self.values)
      }
    }
    // 1.5 and 0.25 are exact in E5M2, 448 and -2.25 are not; the library rounds to even.
    let e5m2 = try #require(tensors["list.e5m2"])
    #expect(try e5m2.load(nonFinite: .error).values == [1.5, -2, 0x1p-7, 448, -0x1p-9, 0.25])
    #expect(try tensors["scalar"]?.load(nonFinite: .error).values == [3.5])
    #expect(tensors["scalar"]?.shape == [])
    #expect(try tensors["c_out"]?.load(nonFinite: .error).values == [7, 8])
    #expect(tensors["none"]?.fault == .emptyTensor(name: "m.onnx#none", shape: [0]))
    #expect(tensors.count == 14)
    #expect(
      listing.leftOut.map { "\($0.name) \($0.type)" } == [
        "ids int64", "mask bool", "q4 int4", "sparse sparse", "words string",
      ])
    #expect(listing.raw.isEmpty)
    #expect(tensors["c_out"]?.name == "m.onnx#c_out" && tensors["c_out"]?.stem == "m#c_out")
    #expect(try TensorFile.open("\(path)#*.f?2").map(\.member) == ["list.f32", "raw.f32"])
    #expect(
      try failure("\(path)#ids")
        == "m.onnx#ids: unsupported element type int64; \(ElementType.expectation)")
    #expect(
      try failure("\(path)#sparse") == "m.onnx#sparse: is a sparse tensor; expected a dense one")
    #expect(try failure("\(path)#hidden").contains("no such tensor; expected one of"))
  }

  @Test("names are in the order of their numbers, and may be a path or begin with colons")
  func names() throws {
    let directory = try Workspace()
    let names = ["l.10", "l.2", "onnx::MatMul_7", "/a/b#c", "l.1"]
    let path = try directory.file(
      "m.ONNX", ONNX.model(names.map { ONNX.tensor($0, [1], ONNX.raw([1])) }))
    #expect(
      try TensorFile.open(path).map(\.member) == ["/a/b#c", "l.1", "l.2", "l.10", "onnx::MatMul_7"])
    #expect(try openOne("\(path)#/a/b#c").member == "/a/b#c")
  }

  /// The same four numbers in the ways in which fields may stand.
  private static let forms: [(name: String, type: Int, data: [UInt8])] = {
    let bits = [1.5, -2, 3, 0.5].map { (Float($0), Float16($0).bitPattern) }
    let ones = bits.map { Proto.varint(UInt64($0.1)) }
    let floats = bits.map { TensorIOTests.float32([$0.0]) }
    let doubles = bits.map { float64([Double($0.0)]) }
    return [
      ("packed floats", ONNX.float32, Proto.bytes(4, floats.flatMap(\.self))),
      ("floats one by one", ONNX.float32, floats.flatMap { Proto.field(4, wire: 5, $0) }),
      (
        "two pieces and one alone", ONNX.float32,
        Proto.bytes(4, floats[0]) + Proto.number(99, 5) + Proto.bytes(4, floats[1] + floats[2])
          + Proto.bytes(4, []) + Proto.field(4, wire: 5, floats[3])
      ),
      ("doubles one by one", ONNX.float64, doubles.flatMap { Proto.field(10, wire: 1, $0) }),
      ("packed doubles", ONNX.float64, Proto.bytes(10, doubles.flatMap(\.self))),
      ("halves one by one", ONNX.float16, ones.flatMap { Proto.field(5, wire: 0, $0) }),
      (
        "halves in two pieces", ONNX.float16,
        Proto.bytes(5, ones[0] + ones[1] + ones[2]) + Proto.bytes(5, ones[3])
      ),
      (
        "an empty list beside raw data", ONNX.float32,
        ONNX.raw([1.5, -2, 3, 0.5]) + Proto.bytes(4, [])
      ),
    ]
  }()

  @Test("values are the same however they stand", arguments: 0..<forms.count)
  func everyForm(index: Int) throws {
    let (name, type, data) = Self.forms[index]
    let directory = try Workspace()
    // Extents in one field, behind the data.
    let tensor =
      data + Proto.text(8, name) + Proto.number(2, type)
      + Proto.bytes(1, Proto.varint(2) + Proto.varint(2))
    let path = try directory.file(
      "m.onnx",
      ONNX.model(
        [tensor], nodes: [ONNX.constant("c", tensor), ONNX.constant("d", tensor, attribute: "x")]))
    let tensors = try TensorFile.open(path)
    #expect(tensors.map(\.member) == [name, "c"].sorted())
    for tensor in tensors {
      #expect(tensor.shape == [2, 2])
      #expect(try tensor.load(nonFinite: .error).values == [1.5, -2, 3, 0.5])
    }
    // Packed numbers lie in the file as raw ones do.
    let isPlain = ["packed floats", "packed doubles"].contains(name) || name.hasPrefix("an empty")
    #expect(tensors[0].isReadableFromAnywhere == isPlain)
  }

  @Test("lists that are longer than a batch and the buffer are read whole")
  func longList() throws {
    let directory = try Workspace()
    let count = 150_000
    let halves = (0..<count).flatMap { Proto.varint(UInt64($0 % 0x7C00)) }
    let floats = (0..<count).flatMap { Proto.field(4, wire: 5, TensorIOTests.float32([Float($0)])) }
    let path = try directory.file(
      "m.onnx",
      ONNX.model([
        ONNX.tensor("h", [count], type: ONNX.float16, Proto.bytes(5, halves)),
        ONNX.tensor("f", [count], floats),
      ]))
    #expect(try readAll(path + "#f")[0].values == (0..<count).map(Float.init))
    #expect(
      try readAll(path + "#h")[0].values
        == (0..<count).map { Float(Float16(bitPattern: UInt16($0 % 0x7C00))) })
  }

  @Test("ten thousand tensors take far less than a second")
  func manyTensors() throws {
    let directory = try Workspace()
    let tensors = (0..<10_000).map { ONNX.tensor("t.\($0)", [2], ONNX.raw([Float($0), 1])) }
    let path = try directory.file("m.onnx", ONNX.model(tensors))
    let clock = ContinuousClock()
    var found: [TensorFile] = []
    let time = try clock.measure { found = try TensorFile.open(path) }
    #expect(found.count == 10_000 && found.last?.member == "t.9999")
    // It takes 20 ms; other tests run at the same time.
    #expect(time < .seconds(2))
    #expect(try found[1234].load(nonFinite: .error).values == [1234, 1])
  }

  @Test("data of many gigabytes are passed over, not read")
  func hugeData() throws {
    let directory = try Workspace()
    // A hole stands for the data; the field is the last of its tensor, the tensor of its graph.
    let count = 1 << 33
    let head = ONNX.tensor("huge", [count], []) + Proto.varint(9 << 3 | 2)
    let data = Proto.varint(UInt64(4 * count))
    let size = head.count + data.count + 4 * count
    let tensor = Proto.varint(5 << 3 | 2) + Proto.varint(UInt64(size)) + head + data
    let graph = Proto.bytes(5, ONNX.tensor("small", [1], ONNX.raw([5]))) + tensor
    let start =
      Proto.varint(7 << 3 | 2) + Proto.varint(UInt64(graph.count + 4 * count)) + graph
    let path = try directory.file("m.onnx", start)
    try extend(path, to: start.count + 4 * count)
    let tensors = try TensorFile.open(path)
    #expect(tensors.map(\.count) == [count, 1])
    #expect(try tensors[1].load(nonFinite: .error).values == [5])
  }

  @Test("a model that has been written anew is another one")
  func replaced() throws {
    let directory = try Workspace()
    let path = try directory.file("m.onnx", ONNX.model([ONNX.tensor("a", [1], ONNX.raw([1]))]))
    let old = try openOne(path)
    _ = try directory.file("m.onnx", ONNX.model([ONNX.tensor("b", [2], ONNX.raw([1, 2]))]))
    #expect(try openOne(path).member == "b")
    #expect(throws: TensorFileError.self) { _ = try old.load(nonFinite: .error) }
  }
}
