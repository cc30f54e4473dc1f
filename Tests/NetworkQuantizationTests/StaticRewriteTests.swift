import Foundation
import ModelFiles
import NetworkQuantization
import NetworkRuntime
import QuantizationCore
import RangeFiles
import Testing
import _TestSupport

@Suite("A model with quantizers")
struct StaticRewriteTests {
  /// `y = x W + b` with W of [4, 3].
  static let weights: [Float] = [
    0.11, -0.52, 0.93, -1.24, 0.35, 0.06, 0.77, -0.18, 0.29, 1.3, -0.41, 0.62,
  ]
  static let bias: [Float] = [0.5, -0.25, 3]
  static let affine = ModelSketch(
    inputs: [.init("x", [nil, 4])], outputs: [.init("y", [nil, 3])],
    [.init("Gemm", ["x", "w", "b"], ["y"], name: "fc")],
    constants: [.init("w", [4, 3], weights), .init("b", [3], bias)])
  static let input: [Float] = [0.31, -0.72, 1.13, 2.54, -0.95, 0.16, -2.37, 0.88]

  static func quantized(_ ranges: [TensorRange]) throws -> QuantizedModel {
    let model = try affine.model()
    return try model.quantized(
      Placement(model, try PlacementChoice()), TestRanges.set(ranges)
    ) { tensor in tensor.floats ?? [] }
  }

  private static let narrow8 = TestRanges.grid(.symmetricNarrow, 8)
  private static let weightRange = TestRanges.weight(
    "w", [4, 3], .channel(axis: 1), narrow8, [0.011, 0.0052, 0.0093])
  private static let inputRange = TestRanges.activation(
    "x", TestRanges.grid(.affineUnsigned, 8), scale: 0.02, zeroPoint: 120)

  @Test func `nodes, types and names of an affine layer`() throws {
    let found = try Self.quantized([Self.inputRange, Self.weightRange])
    let model = found.model
    #expect(
      model.nodes.map(\.operation) == [
        "DequantizeLinear", "DequantizeLinear", "QuantizeLinear", "DequantizeLinear", "Gemm",
      ])
    #expect(model.nodes[4].inputs == ["x_dequantized", "w_dequantized", "b_dequantized"])
    #expect(model.nodes[2].inputs == ["x", "x_scale", "x_zero_point"])
    #expect(model.nodes[0].integer("axis") == 1 && model.nodes[2].integer("axis") == nil)
    let constants = Dictionary(uniqueKeysWithValues: model.initializers.map { ($0.name, $0) })
    #expect(constants["w_quantized"]?.type == .int8 && constants["w_quantized"]?.shape == [4, 3])
    #expect(constants["w_scale"]?.floats == [0.011, 0.0052, 0.0093])
    #expect(constants["w_zero_point"]?.integers == [0, 0, 0])
    #expect(constants["x_scale"]?.floats == [0.02] && constants["x_scale"]?.shape == [])
    #expect(constants["x_zero_point"]?.type == .uint8)
    #expect(constants["x_zero_point"]?.integers == [120])
    // The float constants are gone.
    #expect(constants["w"] == nil && constants["b"] == nil)
    #expect(model.operatorSet == 13 && found.tensors == 3 && found.remarks.isEmpty)
  }

  @Test func `a bias has 32 bits and the scale of the products`() throws {
    let model = try Self.quantized([Self.inputRange, Self.weightRange]).model
    let constants = Dictionary(uniqueKeysWithValues: model.initializers.map { ($0.name, $0) })
    let scales = [0.011, 0.0052, 0.0093].map { Float(0.02) * Float($0) }
    #expect(constants["b_scale"]?.floats == scales && constants["b_quantized"]?.type == .int32)
    // 0.5 / 0.00022 = 2272.7, -0.25 / 0.000104 = -2403.8, 3 / 0.000186 = 16129.03.
    #expect(constants["b_quantized"]?.integers == [2273, -2404, 16129])
    let tiny = TestRanges.activation(
      "x", TestRanges.grid(.affineUnsigned, 8), scale: 1e-9, zeroPoint: 120)
    let found = try Self.quantized([tiny, Self.weightRange])
    #expect(found.remarks == ["the bias 'b' stays float: its codes need more than 32 bits"])
    #expect(found.model.initializers.contains { $0.name == "b" } && found.tensors == 2)
    let whole = TestRanges.weight("w", [4, 3], .tensor, Self.narrow8, [0.0125])
    let one = try Self.quantized([Self.inputRange, whole]).model
    #expect(one.initializers.first { $0.name == "b_scale" }?.shape == [])
    // Without the range of the input the scale of the products is not known.
    #expect(try Self.quantized([Self.weightRange]).model.initializers.contains { $0.name == "b" })
  }

  @Test(
    .enabled(if: runtime != nil, "ONNX Runtime is missing: `make onnxruntime`"),
    arguments: [
      (GridFamily.symmetricNarrow, 8, ModelElementType.int8, 13), (.symmetricFull, 8, .int8, 13),
      (.symmetricNarrow, 4, .int4, 21), (.symmetricFull, 4, .int4, 21),
      (.symmetricNarrow, 6, .int8, 13), (.symmetricNarrow, 2, .int8, 13),
      (.symmetricNarrow, 16, .int16, 21), (.affineUnsigned, 8, .uint8, 13),
      (.affineUnsigned, 5, .uint8, 13), (.affineSigned, 7, .int8, 13),
    ])
  func `dequantized weights are those of the shared kernel`(
    _ family: GridFamily, _ bits: Int, _ type: ModelElementType, _ version: Int
  ) throws {
    let grid = TestRanges.grid(family, bits)
    let scales = [1.24, 0.52, 0.93].map { Float($0 / Double(grid.maximumCode)) }
    let zero = family.scheme == .affine ? (grid.minimumCode + grid.maximumCode) / 2 : 0
    let range = TensorRange(
      name: "w", kind: .weight, shape: [4, 3], granularity: .channel(axis: 1), grid: grid,
      estimator: "hand", scales: scales, zeroPoints: scales.map { _ in zero })
    let model = try Self.quantized([range]).model
    #expect(model.initializers.first { $0.name == "w_quantized" }?.type == type)
    #expect(model.operatorSet == version)
    let x = try RuntimeValue(Self.input, shape: [2, 4])
    let found = try NetworkRuns.values(of: ["w_dequantized"], in: model, ["x": x])[0]
    let wanted = Self.weights.enumerated().map {
      range.parameters[$0.offset % 3].reconstruction(of: $0.element)
    }
    #expect(found == wanted)
  }

  @Test(
    .enabled(if: runtime != nil, "ONNX Runtime is missing: `make onnxruntime`"),
    arguments: [
      (GridFamily.affineUnsigned, 8, ModelElementType.uint8, false, 13),
      (.affineUnsigned, 6, .uint8, true, 13), (.affineUnsigned, 4, .uint4, false, 21),
      (.affineUnsigned, 16, .uint16, false, 21), (.affineUnsigned, 3, .uint8, true, 13),
      (.affineSigned, 8, .int8, false, 13), (.symmetricNarrow, 8, .int8, true, 13),
      (.symmetricFull, 8, .int8, false, 13), (.symmetricNarrow, 4, .int8, true, 13),
      (.symmetricFull, 4, .int4, false, 21), (.symmetricFull, 6, .int8, true, 13),
      (.symmetricUnsigned, 8, .uint8, false, 13),
    ])
  func `activations end where their codes do`(
    _ family: GridFamily, _ bits: Int, _ type: ModelElementType, _ clips: Bool, _ version: Int
  ) throws {
    let grid = TestRanges.grid(family, bits)
    // Codes over a width of 3: both ends of the input are clipped.
    let scale = Float(3 / Double(grid.steps))
    let zero = family.scheme == .affine ? (grid.minimumCode + grid.maximumCode + 1) / 2 : 0
    let range = TestRanges.activation("x", grid, scale: scale, zeroPoint: zero)
    let model = try Self.quantized([range]).model
    #expect(model.initializers.first { $0.name == "x_zero_point" }?.type == type)
    #expect(model.nodes.contains { $0.operation == "Clip" } == clips)
    #expect(model.operatorSet == version)
    let x = try RuntimeValue(Self.input, shape: [2, 4])
    let found = try NetworkRuns.values(of: ["x_dequantized"], in: model, ["x": x])[0]
    #expect(found == Self.input.map { range.parameters[0].reconstruction(of: $0) })
    // Without negative codes the width is above zero, and no value of the input ends it.
    if family != .symmetricUnsigned {
      #expect(found.max() == Float(range.parameters[0].upper))
    }
  }

  /// What ONNX Runtime 1.32 does not load, or loads and computes without the Relu, where codes have four bits.
  @Test(
    .enabled(if: runtime != nil, "ONNX Runtime is missing: `make onnxruntime`"),
    arguments: [
      ("Clip", GridFamily.affineUnsigned, ModelElementType.uint8), ("Clip", .affineSigned, .int8),
      ("Relu", .affineSigned, .int8), ("Relu", .affineUnsigned, .uint8),
      ("Relu", .symmetricNarrow, .int8), ("Tanh", .affineUnsigned, .uint4),
    ])
  func `codes of four bits behind a function`(
    _ function: String, _ family: GridFamily, _ type: ModelElementType
  ) throws {
    let bounds: [ModelSketch.Constant] =
      function == "Clip" ? [.init("lo", [], [-0.5]), .init("hi", [], [1.2])] : []
    let sketch = ModelSketch(
      inputs: [.init("x", [nil, 4])], outputs: [.init("y", [nil, 3])],
      [
        .init("Neg", ["x"], ["n"]),
        .init(function, ["n"] + (bounds.isEmpty ? [] : ["lo", "hi"]), ["r"]),
        .init("MatMul", ["r", "w"], ["y"]),
      ], constants: [.init("w", [4, 3], Self.weights)] + bounds)
    let model = try sketch.model()
    let grid = TestRanges.grid(family, 4)
    let zero = family.scheme == .affine ? (grid.minimumCode + grid.maximumCode + 1) / 2 : 0
    let range = TestRanges.activation("r", grid, scale: 0.2, zeroPoint: zero)
    let placement = Placement(model, try PlacementChoice())
    let found = try model.quantized(placement, TestRanges.set([range])) { $0.floats ?? [] }.model
    #expect(found.initializers.first { $0.name == "r_zero_point" }?.type == type)
    let x = try RuntimeValue(Self.input, shape: [2, 4])
    let values = try NetworkRuns.values(of: ["r", "r_dequantized"], in: found, ["x": x])
    #expect(values[1] == values[0].map { range.parameters[0].reconstruction(of: $0) })
  }

  @Test(
    .enabled(if: runtime != nil, "ONNX Runtime is missing: `make onnxruntime`"),
    arguments: [2, 3, 4])
  func `groups are blocks along the axis of summation`(_ size: Int) throws {
    let grid = TestRanges.grid(.symmetricNarrow, 4)
    let groups = (4 + size - 1) / size
    let scales = (0..<groups * 3).map { 0.15 + 0.01 * Float($0) }
    let range = TestRanges.weight("w", [4, 3], .group(size: size, axis: 0), grid, scales)
    let model = try Self.quantized([Self.inputRange, range]).model
    let node = try #require(model.nodes.first { $0.outputs == ["w_dequantized"] })
    #expect(node.integer("block_size") == size && node.integer("axis") == 0)
    #expect(model.initializers.first { $0.name == "w_scale" }?.shape == [groups, 3])
    // Products of many scales: the bias has no one scale.
    #expect(model.operatorSet == 21 && model.initializers.contains { $0.name == "b" })
    let x = try RuntimeValue(Self.input, shape: [2, 4])
    let found = try NetworkRuns.values(of: ["w_dequantized"], in: model, ["x": x])[0]
    let wanted = Self.weights.enumerated().map { place, value in
      range.parameters[place / 3 / size * 3 + place % 3].reconstruction(of: value)
    }
    #expect(found == wanted)
  }

  @Test(.enabled(if: runtime != nil, "ONNX Runtime is missing: `make onnxruntime`"))
  func `the whole layer computes with what its quantizers give`() throws {
    let model = try Self.quantized([Self.inputRange, Self.weightRange]).model
    let x = try RuntimeValue(Self.input, shape: [2, 4])
    let found = try NetworkRuns.outputs(of: try model.bytes(), ["x": x])[0].floats
    let input = Self.input.map { Double(Self.inputRange.parameters[0].reconstruction(of: $0)) }
    let scales = Self.weightRange.scales.map { Double($0) }
    let wanted = (0..<6).map { place in
      let (row, column) = (place / 3, place % 3)
      let product = (0..<4).reduce(0.0) { sum, k in
        let w = Self.weightRange.parameters[column].reconstruction(of: Self.weights[3 * k + column])
        return sum + input[4 * row + k] * Double(w)
      }
      let step = Double(Float(0.02)) * scales[column]
      return Float(product + (Double(Self.bias[column]) / step).rounded() * step)
    }
    // Sums of five Floats.
    #expect(NetworkRuns.difference(wanted, found) < 1e-6)
  }

  @Test func `readers that are not quantized read what was there before`() throws {
    let sketch = ModelSketch(
      inputs: [.init("x", [nil, 4])], outputs: [.init("y", nil), .init("z", nil)],
      [
        .init("MatMul", ["x", "w"], ["y"]), .init("Relu", ["x"], ["r"]),
        .init("MatMul", ["w", "r"], ["z"]),
      ], constants: [.init("w", [4, 3], Self.weights)])
    let model = try sketch.model()
    let placement = Placement(
      model, try PlacementChoice(only: ("y", { $0 == "y" })))
    let found = try model.quantized(
      placement, TestRanges.set([Self.inputRange, Self.weightRange])
    ) { _ in [] }
    let nodes = found.model.nodes
    #expect(nodes.first { $0.outputs == ["y"] }?.inputs == ["x_dequantized", "w_dequantized"])
    #expect(nodes.first { $0.outputs == ["r"] }?.inputs == ["x"])
    #expect(nodes.first { $0.outputs == ["z"] }?.inputs == ["w", "r"])
    #expect(found.model.initializers.contains { $0.name == "w" })
    // What was written is in an order that can be run.
    #expect(
      try Model(bytes: try found.model.bytes(), name: "").nodes.map(\.operation)
        == nodes.map(\.operation))
  }

  @Test func `parts of the size add up to the bytes of the file`() throws {
    let found = try Self.quantized([Self.inputRange, Self.weightRange])
    let sizes = found.sizes
    #expect(sizes.codes == 12 && sizes.biases == 12 && sizes.zeroPoints == 4)
    // Three of weights, one of the input, three of the bias.
    #expect(sizes.scales == 28 && sizes.floats == 0)
    #expect(try sizes.total == found.model.bytes().count && sizes.rest > 0)
    let groups = TestRanges.weight(
      "w", [4, 3], .group(size: 3, axis: 0), TestRanges.grid(.symmetricNarrow, 4),
      [Float](repeating: 0.2, count: 6))
    let weights = try Self.quantized([groups])
    // Codes and zero points of four bits; the bias stays float.
    #expect(weights.sizes.codes == 6 && weights.sizes.zeroPoints == 3)
    #expect(weights.sizes.scales == 24 && weights.sizes.floats == 12 && weights.sizes.biases == 0)
    #expect(try weights.sizes.total == weights.model.bytes().count)
    let narrow = TestRanges.activation("x", Self.narrow8, scale: 0.02)
    // Both bounds of the Clip.
    #expect(try Self.quantized([narrow, Self.weightRange]).sizes.floats == 8)
  }

  @Test func `the footprint has the bytes of each way to store numbers`() throws {
    let model = try Self.affine.model()
    let placement = Placement(model, try PlacementChoice())
    func parts(_ way: ModelFootprint.Way) -> [Int] {
      let found = ModelFootprint(model, placement, way)
      return [found.codes, found.scales, found.zeroPoints, found.biases, found.total]
    }
    // Twelve weights of three channels, three biases, one activation.
    #expect(parts(.init(bits: 32)) == [48, 0, 0, 12, 60])
    #expect(parts(.init(bits: 8)) == [12, 8, 0, 12, 32])
    #expect(parts(.init(bits: 8, isAffine: true)) == [12, 8, 2, 12, 34])
    #expect(parts(.init(bits: 8, isAffine: true, isPerChannel: true)) == [12, 16, 4, 12, 44])
    #expect(parts(.init(bits: 4, isPerChannel: true)) == [6, 16, 0, 12, 34])
    // The codes are those of the file that is written.
    #expect(
      try Self.quantized([Self.inputRange, Self.weightRange]).sizes.codes
        == ModelFootprint(model, placement, .init(bits: 8, isPerChannel: true)).codes)
  }

  private func refusal(_ ranges: [TensorRange]) -> String {
    do {
      return "\(try Self.quantized(ranges).tensors) tensors"
    } catch {
      return "\(error)"
    }
  }

  @Test func `ranges that are for something else are refused`() throws {
    let other = TestRanges.weight("w", [3, 4], .tensor, Self.narrow8, [1])
    #expect(refusal([other]).contains("'w' are for the shape [3, 4]; it has [4, 3]"))
    #expect(refusal([]).contains("nothing to quantize: no tensor has a range"))
    let table = TestRanges.grid(
      try #require(GridFamily(scheme: .symmetric, gridName: "nf4")), 4)
    #expect(
      refusal([TestRanges.weight("w", [4, 3], .tensor, table, [1])])
        .contains("expected codes of whole numbers"))
    let channels = TensorRange(
      name: "x", kind: .activation, shape: [4], granularity: .channel(axis: 0),
      grid: Self.narrow8, estimator: "hand", scales: [1, 1, 1, 1], zeroPoints: [0, 0, 0, 0])
    #expect(refusal([channels]).contains("'x' are for channel:0; expected one for the whole"))
    // A range of the wrong kind is none.
    let kinds = TestRanges.activation("w", Self.narrow8, scale: 1)
    #expect(refusal([kinds]).contains("no tensor has a range"))
  }
}
