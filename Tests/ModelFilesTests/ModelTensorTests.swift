import Foundation
import ModelFiles
import Testing
import _TestSupport

@Suite("Constants of a model")
struct ModelTensorTests {
  /// A constant as a model that was read has it.
  private func read(_ constant: ModelSketch.Constant) throws -> ModelTensor {
    let sketch = ModelSketch(
      inputs: [.init("x", [1])], outputs: [.init("y", [1])], [.init("Relu", ["x"], ["y"])],
      constants: [constant])
    return try #require(try Model(bytes: sketch.bytes, name: "").initializers.first)
  }

  @Test(
    "floating-point numbers of every type, raw and typed",
    arguments: [
      // type, the bits of 1, -2.5, the smallest number, infinity, and what these are.
      (1, 4, [0x3F80_0000, 0xC020_0000, 1, 0x7F80_0000], Float(0x1p-149)),
      (10, 2, [0x3C00, 0xC100, 1, 0x7C00], Float(0x1p-24)),
      (16, 2, [0x3F80, 0xC020, 1, 0x7F80], Float(0x1p-133)),
    ])
  func floats(_ type: Int, _ size: Int, _ bits: [Int], _ smallest: Float) throws {
    let expected = [1, -2.5, smallest, Float.infinity]
    let raw = try read(
      .init("w", type: type, shape: [4], raw: bits.flatMap { TensorBytes.little($0, size) }))
    #expect(raw.floats == expected)
    // float_data is 4, int32_data, which holds the bits of the smaller types, is 5.
    let typed =
      type == 1
      ? Wire.field(4, TensorBytes.data(expected)) : Wire.field(5, bits.flatMap(Wire.varint))
    let unpacked =
      type == 1
      ? expected.flatMap { Wire.float(4, $0) } : bits.flatMap { Wire.number(5, $0) }
    for fields in [typed, unpacked] {
      #expect(try read(.init("w", type: type, shape: [4], fields: fields)).floats == expected)
    }
    #expect(raw.integers == nil && raw.byteCount == 4 * size && raw.shape == [4])
  }

  @Test("not a number stays one, with its sign; float64 is rounded to the nearest Float")
  func special() throws {
    for (type, size, bits) in [(10, 2, 0xFE01), (16, 2, 0xFFC0), (1, 4, 0xFFC0_0000)] {
      let value = try read(
        .init("w", type: type, shape: [], raw: TensorBytes.little(bits, size))
      ).floats?.first
      #expect(value?.isNaN == true && value?.sign == .minus, "\(type)")
    }
    let doubles = [0.1, -1e300, 1e-300]
    let bytes = doubles.flatMap { TensorBytes.little(Int(bitPattern: UInt($0.bitPattern)), 8) }
    let expected: [Float] = [0.1, -.infinity, 0]
    #expect(try read(.init("w", type: 11, shape: [3], raw: bytes)).floats == expected)
    #expect(
      try read(.init("w", type: 11, shape: [3], fields: Wire.field(10, bytes))).floats == expected)
  }

  @Test(
    "whole numbers of every type, raw and typed",
    arguments: [
      (3, 1, [-128, 127, -1, 0]), (2, 1, [255, 0, 128, 1]), (9, 1, [1, 0, 1, 1]),
      (5, 2, [-32768, 32767, -1, 0]), (4, 2, [65535, 0, 1, 2]),
      (6, 4, [Int(Int32.min), Int(Int32.max), -1, 0]), (7, 8, [Int.min, Int.max, -1, 0]),
    ])
  func integers(_ type: Int, _ size: Int, _ values: [Int]) throws {
    let raw = values.flatMap { TensorBytes.little($0, size) }
    #expect(try read(.init("w", type: type, shape: [2, 2], raw: raw)).integers == values)
    let typed = Wire.field(type == 7 ? 7 : 5, values.flatMap(Wire.varint))
    let tensor = try read(.init("w", type: type, shape: [2, 2], fields: typed))
    #expect(tensor.integers == values && tensor.floats == nil)
  }

  @Test("typed fields with another number of values than the shape says give none")
  func counts() throws {
    let floats = Wire.field(4, TensorBytes.data([1, 2, 3]))
    for shape in [[2], [4], [1, 2]] {
      #expect(try read(.init("w", type: 1, shape: shape, fields: floats)).floats == nil)
    }
    #expect(try read(.init("w", type: 1, shape: [3, 1], fields: floats)).floats == [1, 2, 3])
    #expect(try read(.init("w", type: 7, shape: [2], fields: Wire.field(7, [1]))).integers == nil)
    #expect(try read(.init("w", type: 1, shape: [0, 3], raw: [])).floats == [])
  }

  @Test("whole numbers are written in the type that is asked for")
  func made() throws {
    let types: [(ModelElementType, [Int])] = [
      (.int8, [-128, 127]), (.uint8, [0, 255]), (.int16, [-32768, 32767]), (.uint16, [0, 65535]),
      (.int32, [Int(Int32.min), Int(Int32.max)]), (.int64, [Int.min, Int.max]),
    ]
    for (type, values) in types {
      let tensor = ModelTensor(name: "n", type: type, shape: [2], integers: values)
      #expect(tensor.integers == values && tensor.type == type && tensor.name == "n")
      #expect(tensor.byteCount == 2 * (type.bitCount ?? 0) / 8)
    }
    #expect(ModelTensor(name: "f", shape: [2], [1, -0]).floats == [1, 0])
  }

  @Test("four bits lie two to a byte, the first in the lower half")
  func nibbles() throws {
    // Written by hand: -8 = 0b1000, 7 = 0b0111, -1 = 0b1111, 3 = 0b0011, 5 = 0b0101.
    let cases: [(ModelElementType, [Int], [UInt8])] = [
      (.int4, [-8, 7, -1, 3, 5], [0x78, 0x3F, 0x05]), (.uint4, [1, 15], [0xF1]),
      (.uint4, [], []), (.int4, [-2], [0x0E]),
    ]
    for (type, values, bytes) in cases {
      let model = try model(
        with: ModelTensor(name: "c", type: type, shape: [values.count], integers: values))
      let found = try #require(model.firstRange(of: Data(Wire.text(8, "c") + Wire.field(9, bytes))))
      #expect(!found.isEmpty)
    }
    let same = ModelTensor(name: "c", type: .int4, shape: [3], bytes: Data([0x78, 0x0F]))
    #expect(
      try model(with: same)
        == model(with: ModelTensor(name: "c", type: .int4, shape: [3], integers: [-8, 7, -1])))
    #expect(same.byteCount == 2 && same.integers == [-8, 7, -1] && same.floats == nil)
  }

  /// The bytes of a model with a constant.
  private func model(with constant: ModelTensor) throws -> Data {
    let sketch = ModelSketch(
      inputs: [.init("x", [1])], outputs: [.init("y", [1])], [.init("Relu", ["x"], ["y"])])
    var model = try Model(bytes: sketch.bytes, name: "")
    model.initializers = [constant]
    return try model.bytes()
  }

  @Test("types have the numbers, widths and operator sets of the format")
  func types() {
    #expect((1...26).compactMap { ModelElementType(rawValue: $0) }.count == 26)
    #expect(ModelElementType(rawValue: 0) == nil && ModelElementType(rawValue: 27) == nil)
    #expect(ModelElementType(rawValue: 22) == .int4 && ModelElementType.int4.bitCount == 4)
    #expect(ModelElementType.string.bitCount == nil && ModelElementType.complex128.bitCount == 128)
    #expect(ModelElementType.int8.operatorSet == 13 && ModelElementType.uint16.operatorSet == 21)
    #expect(ModelElementType.bfloat16.isFloat && !ModelElementType.float8E5M2.isFloat)
  }
}
