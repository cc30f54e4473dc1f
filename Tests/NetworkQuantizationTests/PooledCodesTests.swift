import ModelFiles
import NetworkQuantization
import NetworkRuntime
import QuantizationCore
import Testing
import _TestSupport

/// ONNX Runtime 1.32 moves a QuantizeLinear in front of the MaxPool before it, and its MaxPool takes no codes of
/// four bits: such a model could not be loaded.
@Suite("Codes of four bits behind a MaxPool")
struct PooledCodesTests {
  @Test(.enabled(if: runtime != nil, "ONNX Runtime is missing: `make onnxruntime`"))
  func `they take a byte each, and the model is run`() throws {
    var pool = Node("MaxPool", name: "pool", inputs: ["r"], outputs: ["p"])
    pool.set("kernel_shape", [2])
    pool.set("strides", [2])
    let model = try Model(
      name: "pooled", operatorSet: 17,
      inputs: [ModelPort(name: "x", type: .float32, shape: [nil, 1, 4])],
      outputs: [ModelPort(name: "y", type: .float32, shape: [nil, 1, 2])],
      nodes: [
        Node("Relu", name: "relu", inputs: ["x"], outputs: ["r"]), pool,
        Node("Conv", name: "conv", inputs: ["p", "w"], outputs: ["y"]),
      ], initializers: [ModelTensor(name: "w", shape: [1, 1, 1], [2])])
    let grid = TestRanges.grid(.affineUnsigned, 4)
    let range = TestRanges.activation("p", grid, scale: 0.5, zeroPoint: 0)
    let placement = Placement(model, try PlacementChoice())
    let found = try model.quantized(placement, TestRanges.set([range])) { $0.floats ?? [] }.model
    #expect(found.initializers.first { $0.name == "p_zero_point" }?.type == .uint8)
    let x = try RuntimeValue([-1, 0.7, 9, 3] as [Float], shape: [1, 1, 4])
    for keepsQDQ in [true, false] {
      let session = try Session(
        bytes: try found.bytes(), library: try #require(runtime),
        options: SessionOptions(keepsQDQInFloat: keepsQDQ))
      // The largest of each pair, 0.7 and 9, to multiples of 0.5 up to 7.5, twice.
      #expect(try session.run(["x": x])[0].floats == [1, 15])
    }
  }
}
