import _TestSupport
import ExperimentRunner
import Foundation
import NetworkEvaluation
import NetworkQuantization
import NetworkRuntime
import QuantizationKernels
import RangeEstimation
import Testing

@Suite(
  "The error of each tensor",
  .enabled(if: runtime != nil, "ONNX Runtime is missing: `make onnxruntime`"))
struct LayerErrorsTests {
  private let work: Workspace

  /// Writes `y = relu(x) W`, and the same with quantizers written by hand.
  ///
  /// The first code of W is not the nearest.
  init() throws {
    work = try Workspace()
    let float = ModelSketch(
      inputs: [.init("x", [nil, 2])], outputs: [.init("y", [nil, 1])],
      [.init("Relu", ["x"], ["r"]), .init("MatMul", ["r", "w"], ["y"], name: "fc")],
      constants: [.init("w", [2, 1], [1.1, -0.5])])
    try work.write(float.bytes, to: "float.onnx")
    let quantized = ModelSketch(
      inputs: [.init("x", [nil, 2])], outputs: [.init("y", [nil, 1])],
      [
        .init("Relu", ["x"], ["r"]),
        .init("QuantizeLinear", ["r", "r_scale", "r_zero"], ["r_codes"]),
        .init("DequantizeLinear", ["r_codes", "r_scale", "r_zero"], ["r_read"]),
        .init("DequantizeLinear", ["w_quantized", "w_scale", "w_zero"], ["w_read"]),
        .init("MatMul", ["r_read", "w_read"], ["y"], name: "fc"),
      ],
      constants: [
        .init("r_scale", [], [0.5]), .init("r_zero", type: 2, shape: [], raw: [0]),
        .init("w_scale", [], [0.4]), .init("w_zero", type: 3, shape: [], raw: [0]),
        .init("w_quantized", type: 3, shape: [2, 1], raw: [2, 0xFF]),
      ])
    try work.write(quantized.bytes, to: "quantized.onnx")
    // 130 lies beyond 255 * 0.5 = 127.5.
    try work.write(TensorBytes.npy([0.3, 1.2, 0.1, -0.9, 130, 0], shape: [3, 2]), to: "x.npy")
  }

  private func errors(batchSize: Int = 16, memory: Int = 1 << 28, jobs: Int = 1) throws
    -> LayerErrors
  {
    let network = try PreparedNetwork(work.path("float.onnx"), PlacementChoice())
    let samples = try SampleSet(
      path: work.path("x.npy"),
      for: [Port(name: "x", elementType: .float32, shape: [nil, 2])])
    return try LayerErrors(
      network, quantized: work.path("quantized.onnx"), on: samples, batchSize: batchSize,
      memory: memory, workers: Workers(jobs), library: try #require(runtime))
  }

  private func isNear(_ left: Double?, _ right: Double) -> Bool {
    left.map { abs($0 - right) <= 2e-6 * max(abs(right), 1e-3) } ?? false
  }

  @Test func `own, carried and arrived error of a network of one product`() throws {
    let found = try errors()
    #expect(found.samples == 3 && found.unread.isEmpty)
    #expect(found.layers.map(\.name) == ["r", "w", "y"])
    #expect(found.layers.map(\.kind) == [.activation, .weight, .output])
    #expect(
      found.layers.map(\.depth) == [1, 1, 2] && found.layers.map(\.bits) == [8, 3, nil],
      "of a weight the fewest that have its codes, -1 and 2")
    // r = 0.3, 1.2, 0.1, 0, 130, 0 becomes 0.5, 1, 0, 0, 127.5, 0: squares .04 + .04 + .01 + 6.25.
    let activation = found.layers[0]
    #expect(isNear(activation.local?.clippingMSE, 6.25 / 6))
    #expect(isNear(activation.local?.roundingMSE, 0.09 / 6))
    #expect(activation.carried?.squares == 0 && activation.carried?.count == 6)
    #expect(activation.carried?.share == 0)
    #expect(isNear(activation.arrived.squares, 6.34) && activation.arrived.count == 6)
    #expect(isNear(activation.arrived.signal, 0.09 + 1.44 + 0.01 + 16900))
    #expect(isNear(activation.arrived.share, 6.34 / 16901.54))
    // w = 1.1, -0.5: nearest codes 3 and -1 are off by .1 each; the file has 2, off by .3.
    let weight = found.layers[1]
    #expect(isNear(weight.local?.mse, 0.01) && isNear(weight.arrived.meanSquaredError, 0.05))
    #expect(weight.carried == nil && weight.local?.clippingMSE == 0)
    // y = -0.27, 0.11, 143 becomes 0.5 * .8 - 1 * .4 = 0, 0, 102.
    let output = found.layers[2]
    #expect(output.local == nil && output.carried == nil)
    #expect(isNear(output.arrived.squares, 0.0729 + 0.0121 + 1681))
  }

  @Test func `neither batches, memory nor threads show`() throws {
    func numbers(_ errors: LayerErrors) -> [Double] {
      errors.layers.flatMap { layer in
        [
          layer.local?.clippingMSE ?? -1, layer.local?.roundingMSE ?? -1, layer.arrived.signal,
          layer.arrived.squares, layer.carried?.squares ?? -1,
        ]
      }
    }
    let whole = numbers(try errors())
    #expect(numbers(try errors(jobs: 2)) == whole)
    for other in [try errors(batchSize: 1), try errors(batchSize: 2), try errors(memory: 1)] {
      #expect(zip(numbers(other), whole).allSatisfy { isNear($0, $1) })
    }
  }

  @Test func `a model without a counterpart is refused by name`() throws {
    let network = try PreparedNetwork(work.path("float.onnx"), PlacementChoice())
    let other = ModelSketch(
      inputs: [.init("x", [nil, 2])], outputs: [.init("z", [nil, 2])],
      [
        .init("Abs", ["x"], ["b"]),
        .init("QuantizeLinear", ["b", "s", "z0"], ["c"]),
        .init("DequantizeLinear", ["c", "s", "z0"], ["z"]),
      ], constants: [.init("s", [], [0.5]), .init("z0", type: 2, shape: [], raw: [0])])
    try work.write(other.bytes, to: "other.onnx")
    let samples = try SampleSet(
      path: work.path("x.npy"),
      for: [Port(name: "x", elementType: .float32, shape: [nil, 2])])
    let error = #expect(throws: NetworkDataError.self) {
      try LayerErrors(
        network, quantized: work.path("other.onnx"), on: samples, batchSize: 1, workers: .one,
        library: try #require(runtime))
    }
    #expect("\(try #require(error))".contains("no tensor with a fixed quantizer is a tensor of"))
  }
}
