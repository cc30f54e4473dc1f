import IntegerLayers
import NetworkRuntime
import QuantizationCore
import Testing
import _TestSupport

/// Every element against ONNX Runtime's own integer operators.
///
/// Weights have 7 bits: with 8 its kernels saturate on processors without VNNI.
@Suite(.enabled(if: runtime != nil, "ONNX Runtime is missing: `make onnxruntime`"))
struct RuntimeAgreementTests {
  private static func run(
    _ operation: String, _ inputs: [String], _ attributes: KeyValuePairs<String, ModelSketch.Value>,
    _ x: (codes: [Int], shape: [Int], type: Int), outputType: Int,
    _ constants: [ModelSketch.Constant]
  ) throws -> [UInt8] {
    let sketch = ModelSketch(
      inputs: [.init("x", x.shape, type: x.type)], outputs: [.init("y", nil, type: outputType)],
      [.init(operation, inputs, ["y"], attributes)], constants: constants)
    let session = try Session(bytes: sketch.bytes, library: try #require(runtime))
    let value = try RuntimeValue(
      Samples.bytes(x.codes), type: x.type == 2 ? .uint8 : .int8, shape: x.shape)
    return try session.run(["x": value])[0].allBytes
  }

  private static func integers(_ bytes: [UInt8]) -> [Int32] {
    stride(from: 0, to: bytes.count, by: 4).map { place in
      Int32(bitPattern: (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[place + $1]) << (8 * $1) })
    }
  }

  private static func constant(
    _ name: String, _ shape: [Int], _ codes: [Int], type: Int
  ) -> ModelSketch.Constant {
    let bytes = type == 6 ? codes.flatMap { TensorBytes.little($0, 4) } : Samples.bytes(codes)
    return .init(name, type: type, shape: shape, raw: bytes)
  }

  /// [outputs, columns] to the [columns, outputs] of MatMul.
  private static func transposed(_ w: [Int], _ outputs: Int, _ columns: Int) -> [Int] {
    (0..<columns).flatMap { k in (0..<outputs).map { w[$0 * columns + k] } }
  }

  @Test(arguments: LinearTests.shapes, [false, true])
  func `MatMulInteger and QLinearMatMul`(shape: (Int, Int, Int), isSigned: Bool) throws {
    let (rows, columns, outputs) = shape
    var numbers = SplitMix(seed: UInt64(columns))
    let x = Samples.codes(rows * columns, isSigned: isSigned, &numbers)
    let w = Samples.codes(outputs * columns, isSigned: true, bits: 7, &numbers)
    let type = isSigned ? 3 : 2
    let zero = isSigned ? -9 : 113
    let weights = try IntegerWeights(
      "w", codes: w, rows: outputs, columns: columns, isSigned: true, zeroPoints: [0],
      scales: [0.013])
    let input = Samples.quantizer(0.021, zero, isSigned: isSigned)
    let layer = try IntegerLinear("w", weights: weights, input: input)
    let sums = try layer.accumulate(Samples.stored(x, isSigned: isSigned).span).values
    let matrix = Self.constant(
      "w", [columns, outputs], Self.transposed(w, outputs, columns), type: 3)
    let zeros = [
      Self.constant("zx", [], [zero], type: type), Self.constant("zw", [], [0], type: 3),
    ]
    let plain = try Self.run(
      "MatMulInteger", ["x", "w", "zx", "zw"], [:], (x, [rows, columns], type), outputType: 6,
      [matrix] + zeros)
    #expect(Self.integers(plain) == sums)
    let output = Samples.quantizer(0.05, isSigned ? 4 : 120, isSigned: isSigned)
    let codes = try Requantizer("w", input: input.scale, weights: [0.013], to: output)
      .codes(sums.span, inner: 1)
    let whole = try Self.run(
      "QLinearMatMul", ["x", "sx", "zx", "w", "sw", "zw", "sy", "zy"], [:],
      (x, [rows, columns], type), outputType: type,
      [
        matrix, .init("sx", [], [0.021]), .init("sw", [], [0.013]), .init("sy", [], [0.05]),
        Self.constant("zy", [], [isSigned ? 4 : 120], type: type),
      ] + zeros)
    #expect(whole.map { isSigned ? $0 ^ 0x80 : $0 } == codes)
  }

  @Test(arguments: ConvolutionTests.cases)
  func `ConvInteger and QLinearConv`(one: ConvolutionTests.Case) throws {
    let shape = try one.shape
    var numbers = SplitMix(seed: UInt64(one.channels * 5 + one.outputs))
    let dimensions = [one.batch, one.channels, one.rows, one.columns]
    let x = Samples.codes(dimensions.reduce(1, *), isSigned: false, &numbers)
    let w = Samples.codes(shape.outputs * shape.products, isSigned: true, bits: 7, &numbers)
    let bias = (0..<one.outputs).map { _ in Int.random(in: -9999...9999, using: &numbers) }
    let scales = (0..<one.outputs).map { _ in Float.random(in: 0.001...0.05, using: &numbers) }
    let input = Samples.quantizer(0.021, 99, isSigned: false)
    let attributes: KeyValuePairs<String, ModelSketch.Value> = [
      "kernel_shape": .ints([one.kernel.0, one.kernel.1]), "group": .int(one.groups),
      "strides": .ints([one.strides.0, one.strides.1]), "pads": .ints(one.padding),
      "dilations": .ints([one.dilations.0, one.dilations.1]),
    ]
    let kernel = [
      shape.outputs, shape.channels / shape.groups, shape.kernelRows, shape.kernelColumns,
    ]
    // ConvInteger of ONNX Runtime takes unsigned weights: the same codes, moved by 64.
    let moved = try IntegerConvolution(
      "w", shape, codes: w.map { $0 + 64 }, isSigned: false, zeroPoints: [61], scales: [1],
      input: input)
    let plain = try Self.run(
      "ConvInteger", ["x", "w", "zx", "zw"], attributes, (x, dimensions, 2), outputType: 6,
      [
        Self.constant("w", kernel, w.map { $0 + 64 }, type: 2),
        Self.constant("zx", [], [99], type: 2), Self.constant("zw", [], [61], type: 2),
      ])
    #expect(
      try Self.integers(plain) == moved.accumulate(Samples.stored(x, isSigned: false).span).values)
    let layer = try IntegerConvolution(
      "w", shape, codes: w, isSigned: true, zeroPoints: [0], scales: scales, bias: bias,
      input: input)
    let sums = try layer.accumulate(Samples.stored(x, isSigned: false).span).values
    let output = Samples.quantizer(0.11, 130, isSigned: false)
    let codes = try Requantizer("w", input: input.scale, weights: scales, to: output)
      .codes(sums.span, inner: shape.outputRows * shape.outputColumns)
    let whole = try Self.run(
      "QLinearConv", ["x", "sx", "zx", "w", "sw", "zw", "sy", "zy", "b"], attributes,
      (x, dimensions, 2), outputType: 2,
      [
        Self.constant("w", kernel, w, type: 3), .init("sx", [], [0.021]),
        .init("sw", [one.outputs], scales), .init("sy", [], [0.11]),
        Self.constant("zx", [], [99], type: 2), Self.constant("zy", [], [130], type: 2),
        Self.constant("zw", [one.outputs], [Int](repeating: 0, count: one.outputs), type: 3),
        Self.constant("b", [one.outputs], bias, type: 6),
      ])
    #expect(whole == codes)
  }
}
