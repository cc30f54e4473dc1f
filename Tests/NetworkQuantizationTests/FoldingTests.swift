import Foundation
import ModelFiles
import NetworkQuantization
import NetworkRuntime
import Testing
import _TestSupport

/// `W' = s W` and `b' = s (b - mean) + beta`, by hand: gamma, variance and epsilon make s = [1, 1/8].
@Suite("Batch normalization in weights")
struct FoldingTests {
  static func normalization(
    _ input: String, channels: Int = 2, type: Int = 1
  ) -> (ModelSketch.Operation, [ModelSketch.Constant]) {
    let all: [(String, [Float])] = [
      ("gamma", [2, 0.5, 4, 16]), ("beta", [10, 20, 0, 0]), ("mean", [3, 4, 1, 1]),
      ("variance", [3, 15, 3, 15]),
    ]
    return (
      .init(
        "BatchNormalization", [input] + all.map(\.0), ["y"], ["epsilon": .float(1)], name: "norm"),
      all.map { .init($0.0, [channels], Array($0.1.prefix(channels))) }
    )
  }

  /// A linear operator with a normalization behind it.
  private func sketch(
    _ operation: ModelSketch.Operation, _ constants: [ModelSketch.Constant], channels: Int = 2
  ) -> ModelSketch {
    let (norm, parameters) = Self.normalization("p", channels: channels)
    return ModelSketch(
      inputs: [.init("x", nil)], outputs: [.init("y", nil)], [operation, norm],
      constants: constants + parameters)
  }

  /// Weights and bias after folding.
  private func folded(
    _ operation: ModelSketch.Operation, _ constants: [ModelSketch.Constant], channels: Int = 2
  ) throws -> (weights: [Float], bias: [Float], node: Node) {
    var model = try sketch(operation, constants, channels: channels).model()
    #expect(model.foldBatchNormalization() == ["BatchNormalization norm"])
    let node = try #require(model.nodes.first)
    #expect(model.nodes.count == 1 && node.outputs == ["y"] && model.initializers.count == 2)
    let found = Dictionary(uniqueKeysWithValues: model.initializers.map { ($0.name, $0) })
    #expect(found[node.inputs[1]]?.shape == constants[0].axes)
    return (
      try #require(found[node.inputs[1]]?.floats), try #require(found[node.inputs[2]]?.floats), node
    )
  }

  @Test func `Conv, with and without a bias`() throws {
    let weights = ModelSketch.Constant("w", [2, 1, 1, 1], [2, 3])
    let with = try folded(
      .init("Conv", ["x", "w", "b"], ["p"]), [weights, .init("b", [2], [1, -1])])
    #expect(with.weights == [2, 0.375] && with.bias == [8, 19.375])
    let without = try folded(.init("Conv", ["x", "w"], ["p"]), [weights])
    #expect(without.weights == [2, 0.375] && without.bias == [7, 19.5])
  }

  @Test func `a depthwise Conv`() throws {
    let found = try folded(
      .init("Conv", ["x", "w"], ["p"], ["group": .int(2)]),
      [.init("w", [2, 1, 1, 2], [1, 2, 3, 4])])
    #expect(found.weights == [1, 2, 0.375, 0.5] && found.node.integer("group") == 2)
  }

  @Test func `a ConvTranspose with groups, whose output channels are on axis 1 of each group`()
    throws
  {
    // s = [1, 1/8, 2, 4]; rows 0 and 1 feed the channels 0 and 1, rows 2 and 3 the channels 2 and 3.
    let found = try folded(
      .init("ConvTranspose", ["x", "w"], ["p"], ["group": .int(2)]),
      [.init("w", [4, 2, 1], [1, 2, 3, 4, 5, 6, 7, 8])], channels: 4)
    #expect(found.weights == [1, 0.25, 3, 0.5, 10, 24, 14, 32])
    #expect(found.bias == [7, 19.5, -2, -4])
    let whole = try folded(
      .init("ConvTranspose", ["x", "w"], ["p"]), [.init("w", [2, 2, 1], [1, 2, 3, 4])])
    #expect(whole.weights == [1, 0.25, 3, 0.5])
  }

  @Test func `a Gemm either way round, with beta on its bias`() throws {
    let weights = ModelSketch.Constant("w", [2, 2], [1, 2, 3, 4])
    let plain = try folded(
      .init("Gemm", ["x", "w", "b"], ["p"], ["beta": .float(0.5), "alpha": .float(3)]),
      [weights, .init("b", [2], [1, -1])])
    #expect(plain.weights == [1, 0.25, 3, 0.5] && plain.bias == [7.5, 19.4375])
    #expect(plain.node.float("beta") == nil && plain.node.float("alpha") == 3)
    let turned = try folded(
      .init("Gemm", ["x", "w", "b"], ["p"], ["transB": .int(1), "beta": .float(0.5)]),
      [weights, .init("b", [], [4])])
    #expect(turned.weights == [1, 2, 0.375, 0.5] && turned.bias == [9, 19.75])
    let row = try folded(
      .init("Gemm", ["x", "w", "b"], ["p"]), [weights, .init("b", [1, 2], [1, -1])])
    #expect(row.bias == [8, 19.375])
  }

  @Test func `parameters in nodes, and weights that another node reads too`() throws {
    let (norm, parameters) = Self.normalization("p")
    let constants = parameters.map {
      ModelSketch.Operation("Constant", [], [$0.title], ["value": .tensor($0)])
    }
    let weight = ModelSketch.Constant("w", [2, 1, 1], [2, 3])
    var model = try ModelSketch(
      inputs: [.init("x", nil)], outputs: [.init("y", nil), .init("z", nil)],
      constants + [
        .init("Constant", [], ["w"], ["value": .tensor(weight)]),
        .init("Conv", ["x", "w"], ["p"]), norm, .init("Conv", ["x", "w"], ["z"]),
      ]
    ).model()
    #expect(model.foldBatchNormalization().count == 1)
    #expect(model.nodes.map(\.operation) == ["Constant", "Conv", "Conv"])
    #expect(model.nodes.last?.inputs == ["x", "w"])
    #expect(model.initializers.map(\.floats) == [[2, 0.375], [7, 19.5]])
  }

  @Test func `what cannot be folded stays`() throws {
    let conv = ModelSketch.Operation("Conv", ["x", "w"], ["p"])
    let weight = ModelSketch.Constant("w", [2, 1, 1], [2, 3])
    let (norm, parameters) = Self.normalization("p")
    let gemm = ModelSketch.Operation("Gemm", ["x", "w", "b"], ["p"])
    let matrix = ModelSketch.Constant("w", [2, 2], [1, 2, 3, 4])
    func kept(_ sketch: ModelSketch) throws -> Bool {
      var model = try sketch.model()
      let before = try model.bytes()
      let folded = model.foldBatchNormalization()
      return try folded.isEmpty && model.bytes() == before
    }
    let ports = ([ModelSketch.Port("x", nil)], [ModelSketch.Port("y", nil)])
    func model(
      _ operations: [ModelSketch.Operation], _ constants: [ModelSketch.Constant],
      inputs: [ModelSketch.Port] = [], outputs: [ModelSketch.Port] = []
    ) -> ModelSketch {
      ModelSketch(
        inputs: ports.0 + inputs, outputs: ports.1 + outputs, operations, constants: constants)
    }
    // The result is an output of the model, and another node reads it.
    #expect(try kept(model([conv, norm], [weight] + parameters, outputs: [.init("p", nil)])))
    #expect(try kept(model([conv, norm, .init("Neg", ["p"], ["z"])], [weight] + parameters)))
    // The weight, a parameter, or a bias is computed.
    #expect(try kept(model([conv, norm], parameters, inputs: [.init("w", [2, 1, 1])])))
    #expect(
      try kept(
        model([conv, norm], [weight] + parameters.dropLast(), inputs: [.init("variance", [2])])))
    #expect(
      try kept(
        model(
          [.init("Conv", ["x", "w", "b"], ["p"]), norm], [weight] + parameters,
          inputs: [.init("b", [2])])))
    // Another number of channels, an operator of another domain, one that is not linear.
    #expect(try kept(model([conv, norm], [.init("w", [3, 1, 1], [1, 2, 3])] + parameters)))
    #expect(
      try kept(
        model([.init("Conv", ["x", "w"], ["p"], domain: "own"), norm], [weight] + parameters)))
    #expect(try kept(model([.init("Relu", ["x"], ["p"]), norm], parameters)))
    // A column that is added to each row of products is no bias of channels.
    #expect(try kept(model([gemm, norm], [matrix, .init("b", [2, 1], [1, -1])] + parameters)))
    // A normalization that learns.
    let learning = ModelSketch.Operation(
      "BatchNormalization", ["p", "gamma", "beta", "mean", "variance"], ["y"],
      ["training_mode": .int(1)])
    #expect(try kept(model([conv, learning], [weight] + parameters)))
  }

  @Test(
    .enabled(if: runtime != nil, "ONNX Runtime is missing: `make onnxruntime`"),
    arguments: [("fashion", [2, 1, 28, 28], 7), ("orientation", [2, 3, 48, 192], 35)])
  func `a network says the same before and after`(
    _ name: String, _ shape: [Int], _ count: Int
  ) throws {
    var model = try Model(path: NetworkFiles.model(name))
    var numbers = SplitMix(seed: 3)
    let input = try RuntimeValue(numbers.floats(shape.reduce(1, *)), shape: shape)
    let inputs = [model.inputs[0].name: input]
    let before = try NetworkRuns.outputs(of: try model.bytes(), inputs)[0].floats
    try model.lift(to: 13)
    #expect(model.foldBatchNormalization().count == count)
    let after = try NetworkRuns.outputs(of: try model.bytes(), inputs)[0].floats
    // Weights are rounded once more: 2^-24 each, and layers add that up.
    #expect(NetworkRuns.difference(before, after) < 1e-5)
    #expect(!model.nodes.contains { $0.operation == "BatchNormalization" })
  }
}
