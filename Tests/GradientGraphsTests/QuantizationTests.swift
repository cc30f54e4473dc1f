import GradientGraphs
import ModelFiles
import NetworkRuntime
import Testing
import _TestSupport

/// Fake quantization: its node, its values, and which parameters it brings.
struct QuantizationTests {
  private static let nodes: [FakeQuantization] = [
    FakeQuantization(low: -8, high: 7, gradient: .straightThrough),
    FakeQuantization(low: -128, high: 127, axis: 0, gradient: .lsq),
    FakeQuantization(low: 0, high: 15, gradient: .lsqPlus),
  ]

  @Test(arguments: nodes)
  func isReadFromItsNode(_ quantization: FakeQuantization) {
    let node = quantization.node(
      name: "q", input: "x", scale: "s", zeroPoint: "z", output: "y")
    #expect(FakeQuantization(node) == quantization)
    #expect(node.inputs == ["x", "s", "z"] && node.outputs == ["y"])
    var other = node
    other.set("high", quantization.low)
    #expect(FakeQuantization(other) == nil)
    other.operation = "QuantizeLinear"
    #expect(FakeQuantization(other) == nil)
  }

  /// `y = q(x) q(w)`, with the quantizer of the data and that of the weight.
  private static func model(_ weight: FakeQuantization) throws -> Model {
    let quantizers = ModelSketch(
      operatorSet: 17, inputs: [.init("x", [nil, 3])], outputs: [.init("y", nil)],
      [.init("MatMul", ["a", "v"], ["y"])],
      constants: [
        .init("w", [3, 2], [0.4, -3, 0.26, 0.9, -0.1, 7]), .init("sw", [2], [0.25, 1]),
        .init("sx", [], [0.5]), .init("zx", [], [3]), .init("zw", [2], [0, 0]),
        .init("a", [1, 1], [0]), .init("v", [1, 1], [0]),
      ])
    var model = try Model(bytes: quantizers.bytes, name: "quantized.onnx")
    model.initializers.removeAll { ["a", "v"].contains($0.name) }
    let data = FakeQuantization(low: 0, high: 7, gradient: .lsqPlus)
    model.nodes.insert(
      contentsOf: [
        data.node(name: "data", input: "x", scale: "sx", zeroPoint: "zx", output: "a"),
        weight.node(name: "weight", input: "w", scale: "sw", output: "v"),
      ], at: 0)
    return model
  }

  private static let weight = FakeQuantization(low: -4, high: 3, axis: 1, gradient: .lsq)

  @Test func learnedScalesAreParameters() throws {
    func names(_ weight: FakeQuantization) throws -> [String] {
      try GradientGraph(
        of: Self.model(weight), loss: .meanSquaredError, batchNormalization: .frozen
      ).parameters.map(\.name)
    }
    #expect(try names(Self.weight) == ["w", "sw", "sx", "zx"])
    let fixed = FakeQuantization(low: -4, high: 3, axis: 1, gradient: .straightThrough)
    #expect(try names(fixed) == ["w", "sx", "zx"])
  }

  @Test(.enabled(if: runtime != nil, "ONNX Runtime is missing: `make onnxruntime`"))
  func valuesAreOnTheGrid() throws {
    let graph = try GradientGraph(
      of: Self.model(Self.weight), loss: .meanSquaredError, batchNormalization: .frozen)
    let session = try Session(bytes: graph.model.bytes(), library: try #require(runtime))
    var inputs: [String: RuntimeValue] = [:]
    for parameter in graph.parameters {
      inputs[parameter.name] = try RuntimeValue(parameter.values, shape: parameter.shape)
    }
    // A row picks a row of weights: x = 2 is the code 7, x = 0 the zero point, x = 9 is clipped to 2.
    inputs["x"] = try RuntimeValue([2, 0, 0, 0, 2, 0, 0, 0, 9] as [Float], shape: [3, 3])
    inputs[graph.target] = try RuntimeValue([0] as [Float], shape: [1, 1])
    let y = try session.run(inputs, outputs: ["y"])[0].floats
    // 0.4 / 0.25 rounds to 2, -3 to -3; 0.26 to 1, 0.9 to 1; -0.1 to 0, 7 is clipped to 3.
    #expect(y == [1, -6, 0.5, 2, 0, 6])
  }

  @Test func faultsAreNamed() throws {
    var model = try Self.model(Self.weight)
    func fault() -> String {
      do {
        _ = try GradientGraph(of: model, loss: .meanSquaredError, batchNormalization: .frozen)
        return "nothing thrown"
      } catch { return "\(error)" }
    }
    model.nodes[1].set("gradient", "magic")
    #expect(fault().contains("FakeQuantize weight") && fault().contains("straight-through"))
    model.nodes[1].set("gradient", "lsq")
    model.nodes[1].set("axis", 2)
    #expect(fault().contains("FakeQuantize weight") && fault().contains("axis 2"))
  }
}
