import Foundation
import ModelFiles
import QuantizationCore
import RangeFiles
import RangeFormats
import Testing
import _TestSupport

/// Ranges from models with quantizers, by whatever tool.
@Suite("Ranges in an ONNX model")
struct QDQModelTests {
  /// A float model beside its ranges; it is never written here.
  private struct Float: FloatNetwork {
    let float: Model

    func quantized(with ranges: RangeSet) throws(FormatFault) -> Data {
      throw FormatFault("is not written")
    }
  }

  /// `y = relu(x W)` with an activation between, in the manner of ONNX Runtime: the Relu is gone, since the codes
  /// of `h` have none below zero.
  private static func quantized(
    weights: [Int8], scales: [Swift.Float] = [0.5, 0.25], zeros: [Int8] = [0, 0],
    input: Swift.Float = 0.02
  ) -> ModelSketch {
    ModelSketch(
      inputs: [.init("x", [nil, 2])], outputs: [.init("y", [nil, 2])],
      [
        .init("QuantizeLinear", ["x", "x_scale", "x_zero"], ["x_codes"]),
        .init("DequantizeLinear", ["x_codes", "x_scale", "x_zero"], ["x_values"]),
        .init(
          "DequantizeLinear", ["w_quantized", "w_scale", "w_zero"], ["w_values"],
          ["axis": .int(1)]),
        .init("MatMul", ["x_values", "w_values"], ["h"]),
        .init("QuantizeLinear", ["h", "h_scale", "h_zero"], ["h_codes"]),
        .init("DequantizeLinear", ["h_codes", "h_scale", "h_zero"], ["r"]),
        .init("Tanh", ["r"], ["y_QuantizeLinear_Input"]),
        .init("QuantizeLinear", ["y_QuantizeLinear_Input", "h_scale", "y_zero"], ["y_codes"]),
        .init("DequantizeLinear", ["y_codes", "h_scale", "y_zero"], ["y"]),
      ],
      constants: [
        .init("w_quantized", type: 3, shape: [2, 2], raw: weights.map { UInt8(bitPattern: $0) }),
        .init("w_scale", [2], scales),
        .init("w_zero", type: 3, shape: [2], raw: zeros.map { UInt8(bitPattern: $0) }),
        .init("x_scale", [], [input]), .init("x_zero", type: 2, shape: [], raw: [120]),
        .init("h_scale", [], [0.1]), .init("h_zero", type: 2, shape: [], raw: [0]),
        .init("y_zero", type: 3, shape: [], raw: [0xFF]),
      ])
  }

  private static let float = ModelSketch(
    inputs: [.init("x", [nil, 2])], outputs: [.init("y", [nil, 2])],
    [
      .init("MatMul", ["x", "weight"], ["h"]), .init("Relu", ["h"], ["relu"]),
      .init("Tanh", ["relu"], ["y"]),
    ], constants: [.init("weight", [2, 2], [1, 2, 3, 4])])

  private func read(
    _ sketch: ModelSketch, _ float: ModelSketch? = nil
  ) throws -> (ranges: [String: TensorRange], notes: [String]) {
    let network = try float.map { Float(float: try Model(bytes: $0.bytes, name: "float")) }
    let reading = try QDQModel().decode(
      FormatInput(sketch.bytes), FormatContext(network: network))
    return (
      Dictionary(uniqueKeysWithValues: reading.tensors.map { ($0.name, $0) }), reading.notes
    )
  }

  @Test func `scales, zero points and codes are those of the nodes`() throws {
    let found = try read(Self.quantized(weights: [127, -127, 3, 0])).ranges
    #expect(Set(found.keys) == ["x", "w", "h", "y"])
    let x = try #require(found["x"])
    #expect(x.kind == .activation && x.scales == [0.02] && x.zeroPoints == [120])
    #expect(x.grid == CodeGrid("uint8-affine") && x.granularity == .tensor)
    let w = try #require(found["w"])
    #expect(w.kind == .weight && w.shape == [2, 2] && w.granularity == .channel(axis: 1))
    #expect(w.scales == [0.5, 0.25] && w.zeroPoints == [0, 0])
    // No weight has the code -128.
    #expect(w.grid == CodeGrid("int8-narrow"))
    #expect(found["y"]?.grid == CodeGrid("int8-affine") && found["y"]?.zeroPoints == [-1])
    let full = try read(Self.quantized(weights: [1, -128, 3, 0])).ranges
    #expect(full["w"]?.grid == CodeGrid("int8-full"))
    // Few codes are no fewer bits.
    let few = try read(Self.quantized(weights: [1, -1, 0, 0])).ranges
    #expect(few["w"]?.grid == CodeGrid("int8-narrow"))
  }

  @Test func `scales below zero count codes from the other end`() throws {
    let narrow = try read(Self.quantized(weights: [127, -127, 3, 0], scales: [-0.5, 0.25])).ranges
    #expect(narrow["w"]?.grid == CodeGrid("int8-narrow") && narrow["w"]?.scales == [0.5, 0.25])
    // -128...127 times -0.5 are -63.5...64, which are codes of 0.5 whose zero point is -1.
    let full = try read(Self.quantized(weights: [1, -128, 3, 0], scales: [-0.5, 0.25])).ranges
    #expect(full["w"]?.grid == CodeGrid("int8-affine") && full["w"]?.scales == [0.5, 0.25])
    #expect(full["w"]?.zeroPoints == [-1, 0])
    // -1 - 3 is the zero point of codes counted from the other end.
    let affine = try read(
      Self.quantized(weights: [1, -128, 3, 0], scales: [-0.5, 0.25], zeros: [3, -2])
    ).ranges
    #expect(affine["w"]?.scales == [0.5, 0.25] && affine["w"]?.zeroPoints == [-4, -2])
    // Codes 0...255 of an input around 120 are 255...0 around 135.
    let input = try read(Self.quantized(weights: [1, 2, 3, 4], input: -0.02)).ranges
    #expect(input["x"]?.scales == [0.02] && input["x"]?.zeroPoints == [135])
  }

  @Test(arguments: [0, .nan, .infinity, .leastNonzeroMagnitude] as [Swift.Float])
  func `scales that no quantizer has are one fault`(_ scale: Swift.Float) throws {
    #expect(
      throws: FormatFault(
        "'w_quantized': the scale of lane 0 is \(scale); expected a normal Float32 above zero")
    ) { try read(Self.quantized(weights: [1, 2, 3, 4], scales: [scale, 0.25])) }
    #expect(
      throws: FormatFault("'x': the scale is \(scale); expected a normal Float32 above zero")
    ) { try read(Self.quantized(weights: [1, 2, 3, 4], input: scale)) }
  }

  @Test func `what is no model is said without a name of it`() throws {
    let fault = #expect(throws: FormatFault.self) {
      try QDQModel().decode(FormatInput(Data("text".utf8)), FormatContext())
    }
    #expect(fault?.description.hasPrefix("is no ONNX model: ") == true)
  }

  @Test func `with a float model tensors have its names`() throws {
    let found = try read(Self.quantized(weights: [1, 2, 3, 4]), Self.float).ranges
    // The codes of h do the work of the Relu, so the range is that of its output.
    #expect(Set(found.keys) == ["x", "weight", "relu", "y"])
    #expect(found["relu"]?.scales == [0.1] && found["weight"]?.scales == [0.5, 0.25])
    let other = ModelSketch(
      inputs: [.init("x", [nil, 2])], outputs: [.init("z", [nil, 2])],
      [.init("Tanh", ["x"], ["z"])])
    let rest = try read(Self.quantized(weights: [1, 2, 3, 4]), other)
    #expect(Set(rest.ranges.keys) == ["x"])
    #expect(rest.notes.contains("'w_quantized' is left out: the float model has no such constant"))
  }

  @Test func `damaged files are refused, and no model is not written`() throws {
    let bytes = Self.quantized(weights: [1, 2, 3, 4]).bytes
    var refused = 0
    for length in 0..<bytes.count {
      do {
        _ = try QDQModel().decode(FormatInput(Data(bytes.prefix(length))), FormatContext())
      } catch { refused += 1 }
    }
    #expect(refused > bytes.count / 2)
    let count = Damage.count(or: 2000)
    var damage = Damage(random: SplitMix(seed: 9))
    let counts = damage.survive(count) { _, damage in
      try QDQModel().decode(FormatInput(Data(damage.damaged(Array(bytes)))), FormatContext())
        .tensors
    }
    #expect(counts.read + counts.refused == count && counts.read > 0 && counts.refused > 0)
    let ranges = RangeSet(
      model: nil, tensors: try Array(read(Self.quantized(weights: [1, 2, 3, 4])).ranges.values))
    #expect(throws: FormatFault("is written into a float model; expected --model")) {
      try QDQModel().encode(ranges, FormatContext())
    }
  }
}
