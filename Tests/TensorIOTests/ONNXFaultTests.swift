import _TestSupport
import Foundation
import TensorIO
import Testing

/// What is wrong with a model is one error with its place.
@Suite("Damaged ONNX models")
struct ONNXFaultTests {
  private func failure(_ bytes: [UInt8], _ member: String = "") throws -> String {
    let directory = try Workspace()
    return try TensorIOTests.failure(try directory.file("m.onnx", bytes) + member)
  }

  @Test(
    "bytes that are no model are refused with their place",
    arguments: [
      ([], "no graph up to the end at byte 0"),
      (Array("version https://git-lfs".utf8), "field 14 is wire type 6 at byte 0"),
      (Array("<!DOCTYPE html>".utf8), "field 7 is a group at byte 0"),
      (Proto.number(1, 8), "no graph up to the end at byte 2"),
      (Proto.number(1, 8) + [0x3A], "number cut off at byte 3"),
      (
        Proto.number(1, 8) + Proto.bytes(7, [1, 2], length: 3),
        "field 7 of 3 bytes reaches beyond byte 6 at byte 2"
      ),
      (Proto.bytes(7, [], length: .max), "field 7 of 18446744073709551615 bytes reaches beyond"),
      (Proto.number(7, 1), "field 7 of wire type 0 at byte 0"),
      ([0x0B, 0x0C], "field 1 is a group at byte 0"),
      ([0x02, 0x00], "field without a number at byte 0"),
      ([0xF8, 0xFF, 0xFF, 0xFF, 0xFF, 0x01, 0], "field without a number at byte 0"),
      ([0x0F], "field 1 is wire type 7 at byte 0"),
      ([0x08] + [UInt8](repeating: 0xFF, count: 11), "number of more than 64 bits at byte 1"),
      ([0x08] + [UInt8](repeating: 0xFF, count: 9) + [2], "number of more than 64 bits at byte 1"),
      ([0x0D, 1, 2, 3], "field 1 cut off at byte 0"),
      ([0x09, 1, 2, 3], "field 1 cut off at byte 0"),
      (ONNX.model([]) + Proto.bytes(7, []), "field 7 occurs twice, again at byte 8"),
    ] as [([UInt8], String)])
  func noModel(bytes: [UInt8], reason: String) throws {
    let error = try failure(bytes)
    #expect(error.hasPrefix("m.onnx: \(reason)"))
    #expect(error.hasSuffix("; expected an ONNX model"))
  }

  @Test(
    "a tensor that contradicts the format is refused with the model",
    arguments: [
      (ONNX.tensor("", [1], ONNX.raw([1])), "tensor without a name at byte 6"),
      (ONNX.tensor("w", [1], ONNX.raw([1]) + ONNX.raw([1])), "field 9 occurs twice, again at byte"),
      (ONNX.tensor("w", [1], Proto.text(8, "v")), "field 8 occurs twice, again at byte 13"),
      (ONNX.tensor("w", [1], Proto.number(9, 1)), "field 9 of wire type 0 at byte 13"),
      (ONNX.tensor("w", [1], Proto.number(4, 1)), "field 4 of wire type 0 at byte 13"),
      (ONNX.tensor("w", [1], Proto.number(14, 2)), "data_location 2 of a tensor at byte 6"),
      (Proto.bytes(8, [0xC3]), "text that is not UTF-8 at byte 8"),
      (ONNX.tensor("w", [1], Proto.field(1, wire: 5, [0, 0, 0, 0])), "field 1 of wire type 5 at"),
      (Proto.bytes(1, [1, 0x80]), "number cut off at byte 9"),
    ] as [([UInt8], String)])
  func malformed(tensor: [UInt8], reason: String) throws {
    #expect(try failure(ONNX.model([tensor])).hasPrefix("m.onnx: \(reason)"))
    if !reason.hasPrefix("tensor without") {
      #expect(throws: TensorFileError.self) {
        let directory = try Workspace()
        _ = try TensorFile.open(
          try directory.file("m.onnx", ONNX.model([], nodes: [ONNX.constant("c", tensor)])))
      }
    }
  }

  @Test(
    "what is wrong with one tensor is an error of that tensor",
    arguments: [
      (
        ONNX.tensor("w", [2, 2], ONNX.raw([1])),
        "4 bytes of data at byte 17; expected 16 for shape (2, 2) of float32"
      ),
      (
        ONNX.tensor("w", [2], []), "0 bytes of data at byte 6; expected 8 for shape (2,) of float32"
      ),
      (
        ONNX.tensor("w", [], ONNX.raw([1, 2])),
        "8 bytes of data at byte 13; expected 4 for shape ()"
      ),
      (
        ONNX.tensor("w", [-1], ONNX.raw([1])),
        "negative dimension -1 at axis 0; expected zero or more"
      ),
      (
        ONNX.tensor("w", [1 << 40, 1 << 40], []),
        "shape (1099511627776, 1099511627776) has more elements"
      ),
      (ONNX.tensor("w", [1 << 62], []), "shape (4611686018427387904,) has more bytes"),
      (ONNX.tensor("w", [0, .max, .max], []), "has more elements than 64 bits can count"),
      (
        ONNX.tensor("w", [1], ONNX.raw([1]) + Proto.bytes(4, float32([1]))),
        "has data in two places at byte 6; expected one"
      ),
      (
        ONNX.tensor("w", [1], ONNX.raw([1]) + ONNX.external(["location": "w"])),
        "has data in two places at byte 6"
      ),
      (ONNX.tensor("w", [1], Proto.number(5, 1)), "has float32 in int32_data at byte 6; expected"),
      (
        ONNX.tensor("w", [1], type: ONNX.float16, Proto.bytes(4, float32([1]))),
        "has float16 in float_data at byte 6"
      ),
      (
        ONNX.tensor("w", [1], type: ONNX.float16, Proto.number(5, 65536)),
        "65536 is no element of 2 bytes at byte 14"
      ),
      (
        ONNX.tensor("w", [1], type: ONNX.float16, Proto.number(5, -1)),
        "18446744073709551615 is no element of 2 bytes"
      ),
      (ONNX.tensor("w", [1], type: 17, Proto.number(5, 256)), "256 is no element of 1 bytes"),
      (
        ONNX.tensor("w", [3], type: ONNX.float16, Proto.bytes(5, [1, 2])),
        "4 bytes of data at byte 6; expected 6 for shape (3,)"
      ),
      (ONNX.tensor("w", [1], Proto.bytes(4, [0, 0, 0])), "3 bytes of float_data at byte 15"),
      (
        ONNX.tensor("w", [1], Proto.bytes(3, []) + ONNX.raw([1])),
        "is a segment of a tensor at byte 6"
      ),
    ] as [([UInt8], String)])
  func oneTensor(tensor: [UInt8], reason: String) throws {
    let other = ONNX.tensor("z", [1], ONNX.raw([3]))
    let directory = try Workspace()
    let path = try directory.file("m.onnx", ONNX.model([tensor, other]))
    let tensors = try TensorFile.open(path)
    #expect(tensors.map(\.member) == ["w", "z"])
    #expect(try #require(tensors[0].fault).description.contains(reason))
    #expect(try tensors[1].load(nonFinite: .error).values == [3])
  }

  @Test("a name that occurs twice is an error of the model")
  func duplicates() throws {
    let one = ONNX.tensor("w", [1], ONNX.raw([1]))
    for model in [
      ONNX.model([one, one]), ONNX.model([one], nodes: [ONNX.constant("w", one)]),
      ONNX.model([], nodes: [ONNX.constant("w", one), ONNX.constant("w", one)]),
    ] {
      #expect(try failure(model).hasPrefix("m.onnx#w: occurs more than once, again at byte "))
    }
    // A second value of one constant as well.
    #expect(
      try failure(
        ONNX.model(
          [],
          nodes: [
            ONNX.constant("w", one) + Proto.bytes(5, Proto.bytes(5, one) + Proto.text(1, "value"))
          ])
      )
      .hasPrefix("m.onnx#w: occurs more than once"))
  }

  @Test("too many dimensions and too long a name are refused before they cost anything")
  func limits() throws {
    let shape = [Int](repeating: 1, count: 64)
    let directory = try Workspace()
    let path = try directory.file("m.onnx", ONNX.model([ONNX.tensor("w", shape, ONNX.raw([1]))]))
    #expect(try openOne(path).shape == shape)
    #expect(
      try failure(ONNX.model([ONNX.tensor("w", shape + [1], ONNX.raw([1]))]))
        == "m.onnx: more than 64 dimensions at byte 136; expected at most 64")
    #expect(
      try failure(
        ONNX.model([Proto.bytes(1, [UInt8](repeating: 1, count: 100_000)) + Proto.text(8, "w")])
      )
      .contains("more than 64 dimensions"))
    let name = String(repeating: "n", count: 1 << 16)
    #expect(
      try failure(ONNX.model([ONNX.tensor(name + "n", [1], ONNX.raw([1]))]))
        .contains("text of 65537 bytes at byte "))
    let long = try directory.file("n.onnx", ONNX.model([ONNX.tensor(name, [1], ONNX.raw([1]))]))
    #expect(try openOne(long).member == name)
  }

  @Test("a model without float tensors says what it has")
  func nothing() throws {
    #expect(
      try failure(ONNX.model([])) == "m.onnx: holds no float tensor; \(ElementType.expectation)")
    #expect(
      try failure(
        ONNX.model([ONNX.tensor("i", [1], type: 7, []), ONNX.tensor("u", [1], type: 77, [])]))
        == "m.onnx: holds no float tensor but i (int64), u (type 77); \(ElementType.expectation)")
  }

  @Test("messages inside of messages take no stack")
  func nesting() throws {
    var attribute: [UInt8] = []
    for _ in 0..<2000 { attribute = Proto.bytes(5, Proto.bytes(6, Proto.bytes(1, attribute))) }
    let one = ONNX.tensor("w", [1], ONNX.raw([1]))
    let directory = try Workspace()
    let path = try directory.file(
      "m.onnx", ONNX.model([one], nodes: [Proto.text(4, "If") + attribute]))
    #expect(try openOne(path).member == "w")
  }

  private static let seeds: [[UInt8]] = [
    ONNX.everyType,
    ONNX.model(
      [
        ONNX.tensor("a", [2], [1, 2].flatMap { Proto.field(4, wire: 5, float32([$0])) }),
        ONNX.tensor("b", [1], ONNX.external(["location": "ext.bin", "length": "4"])),
      ], nodes: [ONNX.constant("c", ONNX.tensor("d", [1], ONNX.raw([1])))]),
    ONNX.outside,
  ]

  /// Whether the file can be read; anything but an answer or a typed error fails the test.
  private func read(_ path: String, size: Int) throws -> Bool {
    do {
      for tensor in try TensorFile.open(path) where tensor.fault == nil {
        #expect(tensor.count * tensor.elementType.byteCount <= max(size, 32))
        _ = try tensor.load(nonFinite: .skip)
      }
      return true
    } catch let error as TensorFileError {
      #expect(!error.description.contains { $0.isNewline })
      return false
    }
  }

  @Test("cut at every byte are read or refused", arguments: 0..<seeds.count)
  func truncation(seed: Int) throws {
    let directory = try Workspace()
    _ = try directory.file("ext.bin", ONNX.outsideData)
    let file = Self.seeds[seed]
    var refused = 0
    for length in file.indices {
      let path = try directory.file("m\(length).onnx", Array(file[..<length]))
      if try !read(path, size: length) { refused += 1 }
    }
    // All but the cut in front of the last field of the model.
    #expect(refused >= file.count - 3)
  }

  @Test("with any byte changed are read or refused", arguments: 0..<seeds.count)
  func mutation(seed: Int) throws {
    let directory = try Workspace()
    _ = try directory.file("ext.bin", ONNX.outsideData)
    let file = Self.seeds[seed]
    var generator = SplitMix(seed: UInt64(seed) + 50)
    var (good, bad) = (0, 0)
    for round in 0..<4000 {
      var damaged = file
      let place = round < file.count ? round : Int.random(in: file.indices, using: &generator)
      damaged[place] = UInt8.random(in: .min ... .max, using: &generator)
      if round % 5 == 0 { damaged[place] = file[place] ^ 0x80 }
      // Writing over a file would wait for the disk.
      let path = try directory.file("m\(round).onnx", damaged)
      if try read(path, size: file.count) { good += 1 } else { bad += 1 }
    }
    #expect(good > 100 && bad > 500)
  }
}
