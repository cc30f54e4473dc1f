import GradientGraphs
import ModelFiles
import NetworkRuntime
import Testing
import _TestSupport

/// What a gradient graph is made of, and what is refused.
struct GradientGraphTests {
  /// `Flatten(Relu(Conv x)) W + b`, times the 0.5 that a GELU has too.
  private static func network(
    _ middle: [ModelSketch.Operation] = [.init("Relu", ["c"], ["r"])], operatorSet: Int = 17
  ) throws -> Model {
    var values = SplitMix(seed: 3)
    let sketch = ModelSketch(
      operatorSet: operatorSet, inputs: [.init("x", [nil, 2, 4, 4])],
      outputs: [.init("y", [nil, 3])],
      [.init("Conv", ["x", "k"], ["c"], ["kernel_shape": .ints([3, 3])], name: "first")] + middle
        + [
          .init("Flatten", ["r"], ["f"]), .init("Mul", ["f", "half"], ["h"]),
          .init("Gemm", ["h", "w", "b"], ["y"], name: "last"),
        ],
      constants: [
        .init("k", [2, 2, 3, 3], values.floats(36)), .init("half", [], [0.5]),
        .init("w", [8, 3], values.floats(24)), .init("b", [3], values.floats(3)),
        .init("other", [2], [1, 2]), .init("count", [1], integers: [1]),
      ])
    return try Model(bytes: sketch.bytes, name: "small.onnx")
  }

  private static func graph(
    _ model: Model, _ parameters: Set<String>? = nil
  ) throws -> GradientGraph {
    try GradientGraph(
      of: model, parameters: parameters, loss: .crossEntropy, batchNormalization: .frozen)
  }

  private static func fault(_ body: () throws -> GradientGraph) -> String {
    do { return "nothing thrown: \(try body().parameters.map(\.name))" } catch { return "\(error)" }
  }

  @Test func weightsAndBiasesAreParameters() throws {
    let graph = try Self.graph(Self.network())
    #expect(graph.parameters.map(\.name) == ["k", "w", "b"])
    #expect(graph.parameters.map(\.shape) == [[2, 2, 3, 3], [8, 3], [3]])
    #expect(graph.parameters.map(\.values.count) == [36, 24, 3])
    #expect(graph.model.inputs.map(\.name) == ["x", graph.target, "k", "w", "b"])
    #expect(
      graph.model.outputs.map(\.name) == ["y", graph.loss] + graph.parameters.map(\.gradient))
    #expect(graph.outputs == ["y"])
    #expect(graph.statistics.isEmpty)
    #expect(!graph.model.initializers.contains { ["k", "w", "b"].contains($0.name) })
    let others = graph.model.nodes.map(\.domain) + graph.model.nodes.map(\.operation)
    #expect(!others.contains("rangelab") && !others.contains("FakeQuantize"))
  }

  @Test func onlyWantedGradientsAreComputed() throws {
    let model = try Self.network()
    let all = try Self.graph(model)
    let last = try Self.graph(model, ["b"])
    #expect(last.parameters.map(\.name) == ["b"])
    let operations = last.model.nodes.map(\.operation)
    #expect(!operations.contains("Greater") && !operations.contains("ConvTranspose"))
    // The first layer needs no gradient of the data.
    #expect(!all.model.nodes.contains { $0.operation == "ConvTranspose" })
    #expect(last.model.nodes.count < all.model.nodes.count)
    let read = Set(all.model.nodes.flatMap(\.inputs) + all.model.outputs.map(\.name))
    for node in all.model.nodes { #expect(node.outputs.contains { read.contains($0) }) }
    for constant in all.model.initializers { #expect(read.contains(constant.name)) }
  }

  @Test func operatorsWithoutARuleAreNamed() throws {
    let model = try Self.network([.init("Mish", ["c"], ["r"], name: "curve")], operatorSet: 18)
    let text = Self.fault { try Self.graph(model) }
    #expect(text.contains("small.onnx: Mish curve"))
    #expect(text.contains("Mish has no rule") && text.contains("Conv, ConvTranspose"))
    // Behind it nothing is in the way.
    #expect(try Self.graph(model, ["w", "b"]).parameters.count == 2)
  }

  @Test func faultsAreNamed() throws {
    let model = try Self.network()
    #expect(Self.fault { try Self.graph(model, ["w", "v"]) }.contains("no constant 'v'"))
    #expect(
      Self.fault { try Self.graph(model, ["other"]) }.contains("depend on the parameter 'other'"))
    #expect(Self.fault { try Self.graph(model, ["count"]) }.contains("'count' is int64"))
    #expect(Self.fault { try Self.graph(model, []) }.contains("no parameter"))
    let old = try Self.network(operatorSet: 13)
    #expect(Self.fault { try Self.graph(old) }.contains("operator set 13; expected 17"))
  }

  @Test(.enabled(if: runtime != nil, "ONNX Runtime is missing: `make onnxruntime`"))
  func theGradientOfABatchIsTheMeanOfItsSamples() throws {
    let graph = try Self.graph(Self.network())
    let session = try Session(bytes: graph.model.bytes(), library: try #require(runtime))
    var random = SplitMix(seed: 8)
    let (count, size) = (5, 32)
    let (x, classes) = (random.floats(count * size), [0, 2, 1, 1, 0] as [Int64])
    var inputs: [String: RuntimeValue] = [:]
    for parameter in graph.parameters {
      inputs[parameter.name] = try RuntimeValue(parameter.values, shape: parameter.shape)
    }
    func gradients(_ range: Range<Int>) throws -> [[Float]] {
      let part = Array(x[range.lowerBound * size..<range.upperBound * size])
      inputs["x"] = try RuntimeValue(part, shape: [range.count, 2, 4, 4])
      inputs[graph.target] = try RuntimeValue(Array(classes[range]), shape: [range.count])
      return try session.run(inputs, outputs: [graph.loss] + graph.parameters.map(\.gradient))
        .map { try $0.floats }
    }
    let whole = try gradients(0..<count)
    let single = try (0..<count).map { try gradients($0..<$0 + 1) }
    for (place, values) in whole.enumerated() {
      for (index, value) in values.enumerated() {
        let mean = single.reduce(0) { $0 + $1[place][index] } / Float(count)
        // A few dozen sums of numbers of at most 1, in Float.
        #expect(abs(value - mean) < 1e-6)
      }
      #expect(values.contains { abs($0) > 1e-3 })
    }
  }

  /// The nodes per layer are the same for a chain of a hundred times the length.
  @Test func growsWithTheNumberOfNodes() throws {
    func nodes(_ layers: Int) throws -> (Int, Duration) {
      let weight = ModelSketch.Constant("w", [2, 2], [1, 0.5, -0.5, 1])
      let steps = (0..<layers).flatMap { layer -> [ModelSketch.Operation] in
        let name = layer == 0 ? "x" : "r\(layer - 1)"
        return [
          .init("MatMul", [name, "w"], ["m\(layer)"]), .init("Relu", ["m\(layer)"], ["r\(layer)"]),
        ]
      }
      let sketch = ModelSketch(
        operatorSet: 17, inputs: [.init("x", [nil, 2])], outputs: [.init("r\(layers - 1)", nil)],
        steps, constants: [weight])
      let model = try Model(bytes: sketch.bytes, name: "deep.onnx")
      let clock = ContinuousClock()
      var count = 0
      let time = try clock.measure { count = try Self.graph(model).model.nodes.count }
      return (count, time)
    }
    let few = try nodes(11).0 - nodes(10).0
    let (long, time) = try nodes(2000)
    #expect(try long - nodes(1999).0 == few)
    // Some 50 microseconds a node; were it quadratic, it would be minutes.
    #expect(time < .seconds(10))
  }
}
