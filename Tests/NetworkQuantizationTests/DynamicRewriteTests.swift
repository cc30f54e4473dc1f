import Foundation
import ModelFiles
import NetworkQuantization
import NetworkRuntime
import QuantizationCore
import RangeFiles
import Testing
import _TestSupport

@Suite("A model whose activations get their ranges while it runs")
struct DynamicRewriteTests {
  // Codes of 7 bits: processors without VNNI saturate sums of two products of 8 bits.
  private static let grid = TestRanges.grid(.symmetricNarrow, 7)

  private func quantized(_ sketch: ModelSketch, _ ranges: [TensorRange]) throws -> QuantizedModel {
    let model = try sketch.model()
    return try model.quantizedDynamically(
      Placement(model, try PlacementChoice()), TestRanges.set(ranges)
    ) { tensor in tensor.floats ?? [] }
  }

  /// What DynamicQuantizeLinear makes of values, in Double: the specification of the operator.
  private func dynamic(_ values: [Float]) -> [Double] {
    let (low, high) = (Double(min(0, values.min() ?? 0)), Double(max(0, values.max() ?? 0)))
    let scale = (high - low) / 255
    let zero = min(255, max(0, (-low / scale).rounded(.toNearestOrEven)))
    return values.map {
      let code = min(255, max(0, (Double($0) / scale).rounded(.toNearestOrEven) + zero))
      return (code - zero) * scale
    }
  }

  /// `x W + b` with W of [4, 3].
  private func reference(_ range: TensorRange, bias: [Float]?) -> [Float] {
    let input = dynamic(StaticRewriteTests.input)
    return (0..<6).map { place in
      let (row, column) = (place / 3, place % 3)
      let parameters = range.parameters[range.scales.count == 1 ? 0 : column]
      let product = (0..<4).reduce(0.0) { sum, k in
        let weight = StaticRewriteTests.weights[3 * k + column]
        return sum + input[4 * row + k] * Double(parameters.reconstruction(of: weight))
      }
      return Float(product + Double(bias?[column] ?? 0))
    }
  }

  private static let byChannel = TestRanges.weight(
    "w", [4, 3], .channel(axis: 1), grid, [0.0197, 0.00825, 0.0148])

  @Test(.enabled(if: runtime != nil, "ONNX Runtime is missing: `make onnxruntime`"))
  func `MatMul and Gemm, by channel, by tensor and with the weight turned`() throws {
    let x = try RuntimeValue(StaticRewriteTests.input, shape: [2, 4])
    let turned = (0..<12).map { StaticRewriteTests.weights[$0 % 4 * 3 + $0 / 4] }
    let matmul = ModelSketch(
      inputs: [.init("x", [nil, 4])], outputs: [.init("y", nil)],
      [.init("MatMul", ["x", "w"], ["y"])],
      constants: [.init("w", [4, 3], StaticRewriteTests.weights)])
    let gemm = ModelSketch(
      inputs: [.init("x", [nil, 4])], outputs: [.init("y", nil)],
      [.init("Gemm", ["x", "w", "b"], ["y"], ["transB": .int(1)])],
      constants: [.init("w", [3, 4], turned), .init("b", [3], StaticRewriteTests.bias)])
    let rows = TestRanges.weight(
      "w", [3, 4], .channel(axis: 0), Self.grid, Self.byChannel.scales)
    let whole = TestRanges.weight("w", [4, 3], .tensor, Self.grid, [0.0207])
    let fromBehind = TestRanges.weight(
      "w", [3, 4], .channel(axis: -2), Self.grid, Self.byChannel.scales)
    for (sketch, range, same, bias) in [
      (matmul, Self.byChannel, Self.byChannel, nil), (matmul, whole, whole, nil),
      (StaticRewriteTests.affine, Self.byChannel, Self.byChannel, StaticRewriteTests.bias),
      (gemm, rows, Self.byChannel, StaticRewriteTests.bias),
      (gemm, fromBehind, Self.byChannel, StaticRewriteTests.bias),
    ] {
      let found = try quantized(sketch, [range])
      let operations = found.model.nodes.map(\.operation)
      #expect(operations.prefix(3) == ["DynamicQuantizeLinear", "MatMulInteger", "Cast"])
      let output = try NetworkRuns.outputs(of: try found.model.bytes(), ["x": x])[0].floats
      // The scale of the input is a Float, whose rounding all products share.
      #expect(NetworkRuns.difference(reference(same, bias: bias), output) < 1e-6)
      #expect(try found.sizes.codes == 12 && found.sizes.total == found.model.bytes().count)
    }
  }

  @Test(
    .enabled(if: runtime != nil, "ONNX Runtime is missing: `make onnxruntime`"),
    arguments: [true, false])
  func `Conv, with a bias that is constant or computed`(_ isConstant: Bool) throws {
    let shape = [1, 2, 3, 3]
    var numbers = SplitMix(seed: 8)
    let (values, kernel) = (numbers.floats(18), numbers.floats(3 * 2 * 4))
    let bias: [Float] = [1, -2, 3]
    var sketch = ModelSketch(
      inputs: [.init("x", shape.map { $0 })], outputs: [.init("y", nil)],
      [.init("Conv", ["x", "w", "b"], ["y"], ["strides": .ints([1, 1])])],
      constants: [.init("w", [3, 2, 2, 2], kernel)])
    if isConstant {
      sketch.constants.append(.init("b", [3], bias))
    } else {
      sketch.constants.append(.init("c", [3], bias.map { -$0 }))
      sketch.operations.insert(.init("Neg", ["c"], ["b"]), at: 0)
    }
    let range = TestRanges.weight(
      "w", [3, 2, 2, 2], .channel(axis: 0), Self.grid, [0.016, 0.017, 0.018])
    let found = try quantized(sketch, [range])
    let x = try RuntimeValue(values, shape: shape)
    let output = try NetworkRuns.outputs(of: try found.model.bytes(), ["x": x])[0]
    #expect(output.shape == [1, 3, 2, 2])
    let input = dynamic(values)
    let wanted = (0..<12).map { place in
      let (channel, row, column) = (place / 4, place / 2 % 2, place % 2)
      let sum = (0..<8).reduce(0.0) { sum, k in
        let (from, y, x) = (k / 4, row + k / 2 % 2, column + k % 2)
        let weight = range.parameters[channel].reconstruction(of: kernel[8 * channel + k])
        return sum + input[9 * from + 3 * y + x] * Double(weight)
      }
      return Float(sum + Double(bias[channel]))
    }
    #expect(NetworkRuns.difference(wanted, try output.floats) < 1e-6)
  }

  @Test func `an activation that two nodes read is quantized once`() throws {
    let sketch = ModelSketch(
      inputs: [.init("x", [nil, 4])], outputs: [.init("y", nil), .init("z", nil)],
      [.init("MatMul", ["x", "w"], ["y"]), .init("MatMul", ["x", "w"], ["z"])],
      constants: [.init("w", [4, 3], StaticRewriteTests.weights)])
    let model = try quantized(sketch, [Self.byChannel]).model
    #expect(model.nodes.count { $0.operation == "DynamicQuantizeLinear" } == 1)
    #expect(model.nodes.count { $0.operation == "MatMulInteger" } == 2)
    #expect(model.initializers.count { $0.type == .int8 && $0.count == 12 } == 1)
  }

  @Test func `what has no integer product stays float, and says why`() throws {
    func remarks(_ operation: ModelSketch.Operation, _ range: TensorRange) throws -> String {
      let sketch = ModelSketch(
        inputs: [.init("x", nil)], outputs: [.init("y", nil)], [operation],
        constants: [
          .init("w", range.shape, [Float](repeating: 0.5, count: range.shape.reduce(1, *)))
        ])
      do {
        return try quantized(sketch, [range]).remarks.joined()
      } catch {
        return "\(error)"
      }
    }
    func weight(
      _ granularity: Granularity, bits: Int = 8, family: GridFamily = .symmetricNarrow,
      shape: [Int] = [4, 4], lanes: Int = 1
    ) -> TensorRange {
      TestRanges.weight(
        "w", shape, granularity, TestRanges.grid(family, bits),
        [Float](repeating: 0.1, count: lanes))
    }
    let product = ModelSketch.Operation("MatMul", ["x", "w"], ["y"])
    #expect(try remarks(product, weight(.tensor)) == "")
    for (range, reason) in [
      (weight(.tensor, bits: 4), "codes of one byte"),
      (weight(.tensor, bits: 16), "codes of one byte"),
      (weight(.tensor, family: .affineSigned), "need symmetric weights"),
      (weight(.group(size: 2, axis: 0), lanes: 8), "have no groups"),
      (weight(.tensor, shape: [1, 4, 4]), "its weight is no matrix"),
      // Ranges along the rows would be multiplied to the columns.
      (weight(.channel(axis: 0), lanes: 4), "its ranges are for channel:0; expected channel:1"),
    ] {
      let said = try remarks(product, range)
      #expect(said.contains("nothing to quantize: MatMul y stays float: ") && said.contains(reason))
    }
    #expect(
      try remarks(.init("MatMul", ["w", "x"], ["y"]), weight(.tensor))
        .contains("its first input is the constant"))
    #expect(
      try remarks(.init("Gemm", ["x", "w"], ["y"], ["alpha": .float(2)]), weight(.tensor))
        .contains("it has factors"))
    #expect(
      try remarks(.init("ConvTranspose", ["x", "w"], ["y"]), weight(.tensor, shape: [2, 2, 3]))
        .contains("there are no integer products for it"))
    let both = ModelSketch(
      inputs: [.init("x", nil)], outputs: [.init("y", nil)],
      [
        .init("MatMul", ["x", "w"], ["a"], name: "one"),
        .init("Gemm", ["a", "w"], ["y"], ["alpha": .float(2)], name: "two"),
      ], constants: [.init("w", [4, 4], [Float](repeating: 0.5, count: 16))])
    let found = try quantized(both, [weight(.tensor)])
    #expect(found.remarks == ["Gemm two stays float: it has factors or a transposed input"])
    #expect(found.model.nodes.last?.inputs == ["a", "w"])
  }
}
