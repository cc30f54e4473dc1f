import ModelFiles
import NetworkQuantization
import NetworkRuntime
import QuantizationCore
import Testing
import _TestSupport

/// ONNX Runtime 1.32 fuses a QuantizeLinear with the operator before it, which some operators do wrong for codes
/// of four bits.
@Suite(
  "Codes of four bits that take a byte",
  .enabled(if: runtime != nil, "ONNX Runtime is missing: `make onnxruntime`"))
struct ByteCodesTests {
  /// Its Relu is dropped for a zero point that is not 0, as if that were the lowest code.
  @Test(arguments: [0, 1, 15])
  func `behind a Relu, unless zero is the lowest code`(zeroPoint: Int) throws {
    let model = try Model(
      name: "rectified", operatorSet: 17,
      inputs: [ModelPort(name: "x", type: .float32, shape: [nil, 1, 4])],
      outputs: [ModelPort(name: "y", type: .float32, shape: [nil, 1, 4])],
      nodes: [
        Node("Relu", name: "relu", inputs: ["x"], outputs: ["r"]),
        Node("Conv", name: "conv", inputs: ["r", "w"], outputs: ["y"]),
      ], initializers: [ModelTensor(name: "w", shape: [1, 1, 1], [2])])
    let grid = TestRanges.grid(.affineUnsigned, 4)
    let range = TestRanges.activation("r", grid, scale: 0.5, zeroPoint: zeroPoint)
    let placement = Placement(model, try PlacementChoice())
    let found = try model.quantized(placement, TestRanges.set([range])) { $0.floats ?? [] }.model
    #expect(
      found.initializers.first { $0.name == "r_zero_point" }?.type
        == (zeroPoint == 0 ? .uint4 : .uint8))
    let x = try RuntimeValue([-1, 0.7, 9, 3] as [Float], shape: [1, 1, 4])
    for keepsQDQ in [true, false] {
      let session = try Session(
        bytes: try found.bytes(), library: try #require(runtime),
        options: SessionOptions(keepsQDQInFloat: keepsQDQ))
      // 0, 0.7, 9 and 3 to multiples of 0.5, up to the last code, twice.
      let last = Float(15 - zeroPoint)
      #expect(
        try session.run(["x": x])[0].floats == [0, min(1, last), min(15, last), min(6, last)])
    }
  }

  /// It is moved in front of a MaxPool, which takes no such codes: the model could not be loaded.
  @Test func `behind a MaxPool`() throws {
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
