import ModelFiles
import NetworkQuantization
import Testing
import _TestSupport

@Suite("Which tensors of a model are quantized")
struct PlacementTests {
  private func place(
    _ operations: [ModelSketch.Operation], _ constants: [ModelSketch.Constant] = [],
    outputs: [String] = ["y"], _ choice: PlacementChoice? = nil
  ) throws -> Placement {
    let sketch = ModelSketch(
      inputs: [.init("x", nil), .init("z", nil)], outputs: outputs.map { .init($0, nil) },
      operations, constants: constants)
    return Placement(try sketch.model(), try choice ?? PlacementChoice())
  }

  private static let matrix = ModelSketch.Constant("w", [2, 3], [1, 2, 3, 4, 5, 6])

  private static func pattern(_ text: String) -> PlacementChoice.NodePattern {
    (text, { $0.contains(text) })
  }

  @Test func `a product of two activations quantizes both`() throws {
    let placement = try place([.init("MatMul", ["x", "z"], ["y"])])
    #expect(placement.weights.isEmpty && placement.biases.isEmpty)
    #expect(placement.activations.map(\.name) == ["x", "z"])
    #expect(
      placement.activations.map { $0.uses.map { [$0.node, $0.input] } } == [[[0, 0]], [[0, 1]]])
  }

  @Test func `axes of the output channels of each operator`() throws {
    let shapes: [(ModelSketch.Operation, [Int], Int, Int?)] = [
      (.init("Conv", ["x", "w"], ["y"]), [4, 2, 1, 1], 0, nil),
      (.init("ConvTranspose", ["x", "w"], ["y"]), [4, 2, 1], 1, nil),
      (.init("MatMul", ["x", "w"], ["y"]), [4, 2], 1, 0),
      (.init("MatMul", ["x", "w"], ["y"]), [1, 4, 2], 2, 1),
      (.init("MatMul", ["w", "x"], ["y"]), [4, 2], 0, 1),
      (.init("Gemm", ["x", "w"], ["y"]), [4, 2], 1, 0),
      (.init("Gemm", ["x", "w"], ["y"], ["transB": .int(1)]), [4, 2], 0, 1),
      (.init("Gemm", ["w", "x"], ["y"]), [4, 2], 0, 1),
      (.init("Gemm", ["w", "x"], ["y"], ["transA": .int(1)]), [4, 2], 1, 0),
    ]
    for (operation, shape, axis, group) in shapes {
      let values = [Float](repeating: 1, count: shape.reduce(1, *))
      let placement = try place([operation], [.init("w", shape, values)])
      let weight = try #require(placement.weights.first)
      #expect(weight.axis == axis && weight.groupAxis == group && weight.shape == shape)
      #expect(placement.activations.map(\.name) == ["x"])
    }
  }

  @Test func `a weight that two nodes share is one; on two axes it is two`() throws {
    let twice = try place(
      [.init("MatMul", ["x", "w"], ["a"]), .init("Gemm", ["z", "w"], ["y"])], [Self.matrix])
    #expect(twice.weights.map(\.name) == ["w"])
    #expect(twice.weights[0].uses.map { [$0.node, $0.input] } == [[0, 1], [1, 1]])
    let turned = try place(
      [
        .init("MatMul", ["x", "w"], ["a"]),
        .init("Gemm", ["z", "w"], ["y"], ["transB": .int(1)]),
      ], [Self.matrix])
    #expect(turned.weights.map(\.axis) == [1, 0])
    let activation = try place(
      [.init("MatMul", ["x", "w"], ["a"]), .init("MatMul", ["x", "w"], ["y"])], [Self.matrix])
    #expect(activation.activations.map(\.uses.count) == [2])
  }

  @Test func `biases, where the operator adds them as they are`() throws {
    let bias = ModelSketch.Constant("b", [3], [1, 2, 3])
    func biases(
      _ operation: ModelSketch.Operation, _ constants: [ModelSketch.Constant]
    ) throws -> [String] {
      try place([operation], constants).biases.map { "\($0.name) \($0.activation) \($0.weight)" }
    }
    let gemm = ModelSketch.Operation("Gemm", ["x", "w", "b"], ["y"])
    #expect(try biases(gemm, [Self.matrix, bias]) == ["b x w"])
    let factors: [KeyValuePairs<String, ModelSketch.Value>] = [
      ["alpha": .float(2)], ["beta": .float(0.5)],
    ]
    for attributes in factors {
      let scaled = ModelSketch.Operation("Gemm", ["x", "w", "b"], ["y"], attributes)
      #expect(try biases(scaled, [Self.matrix, bias]).isEmpty)
    }
    #expect(try biases(gemm, [Self.matrix, .init("b", [1], [1])]).isEmpty)
    #expect(try biases(gemm, [Self.matrix, .init("b", [1, 3], [1, 2, 3])]).isEmpty)
    let grouped = ModelSketch.Operation(
      "ConvTranspose", ["x", "w", "b"], ["y"], ["group": .int(2)])
    let kernel = ModelSketch.Constant("w", [2, 2, 1], [1, 2, 3, 4])
    #expect(try biases(grouped, [kernel, .init("b", [4], [1, 2, 3, 4])]) == ["b x w"])
    #expect(try biases(grouped, [kernel, .init("b", [2], [1, 2])]).isEmpty)
    // A computed bias, and one beside a weight that is the first input.
    #expect(try biases(.init("Gemm", ["x", "w", "z"], ["y"]), [Self.matrix]).isEmpty)
    #expect(try biases(.init("Gemm", ["w", "x", "b"], ["y"]), [Self.matrix, bias]).isEmpty)
  }

  @Test func `what lies before a Relu gets no quantizer of its own`() throws {
    let operations: [ModelSketch.Operation] = [
      .init("MatMul", ["x", "w"], ["a"]), .init("Relu", ["a"], ["r"]),
      .init("MatMul", ["r", "z"], ["m"]), .init("Clip", ["m"], ["y"]),
    ]
    let linear = try place(operations, [Self.matrix])
    #expect(linear.activations.map(\.name) == ["x", "r", "z"])
    let all = try place(operations, [Self.matrix], PlacementChoice(operators: ["all"]))
    #expect(all.activations.map(\.name) == ["x", "r", "z", "y"])
    // Read by another node, or an output of the model: the Relu's input is a tensor of its own.
    let read = try place(
      operations, [Self.matrix], outputs: ["y", "a"], PlacementChoice(operators: ["all"]))
    #expect(read.activations.map(\.name) == ["x", "a", "r", "z", "y"])
    let sum: [ModelSketch.Operation] = [
      .init("Add", ["x", "z"], ["a"]), .init("Relu", ["a"], ["y"]),
    ]
    #expect(
      try place(sum, [], PlacementChoice(operators: ["all"])).activations.map(\.name) == [
        "x", "z", "y",
      ])
    #expect(
      try place(sum, [], PlacementChoice(operators: ["Add"])).activations.map(\.name) == [
        "x", "z", "a",
      ])
    #expect(try place(sum).nodes.isEmpty)
  }

  /// Queries and keys, a mask, and the product with values.
  private static func attention(mask: [String]) -> [ModelSketch.Operation] {
    [
      .init("MatMul", ["x", "z"], ["scores"]), .init("Mul", ["scores", "half"], ["scaled"]),
      .init("Add", ["scaled"] + mask, ["masked"]), .init("Softmax", ["masked"], ["p"]),
      .init("MatMul", ["p", "x"], ["y"]),
    ]
  }

  @Test func `masked logits stay float, even where all is asked for`() throws {
    let half = ModelSketch.Constant("half", [], [0.5])
    let all = try PlacementChoice(operators: ["all"])
    let masked = try place(
      [.init("Neg", ["x"], ["mask"])] + Self.attention(mask: ["mask"]), [half], all)
    #expect(masked.left.map(\.node) == ["Mul scaled", "Add masked", "Softmax p"])
    #expect(masked.left.allSatisfy { $0.reason.contains("mask") })
    // The products before and after are quantized; the probabilities as an input of the second.
    #expect(masked.activations.map(\.name) == ["x", "z", "p"])
    // A constant of one axis is a bias, and no mask.
    let biased = try place(
      Self.attention(mask: ["bias"]), [half, .init("bias", [3], [1, 2, 3])], all)
    #expect(biased.left.isEmpty)
    #expect(biased.activations.map(\.name) == ["x", "z", "scores", "scaled", "masked", "p"])
    // Without all, the operators between are not of those that are chosen.
    let linear = try place(
      [.init("Neg", ["x"], ["mask"])] + Self.attention(mask: ["mask"]), [half])
    #expect(linear.left.isEmpty && linear.activations.map(\.name) == ["x", "z", "p"])
  }

  @Test func `nodes are chosen by their names`() throws {
    let operations: [ModelSketch.Operation] = [
      .init("MatMul", ["x", "w"], ["a"], name: "first"),
      .init("MatMul", ["z", "w"], ["second"]), .init("Relu", ["second"], ["y"]),
    ]
    let only = try place(operations, [Self.matrix], PlacementChoice(only: Self.pattern("first")))
    #expect(only.nodes == [0] && only.activations.map(\.name) == ["x"])
    #expect(only.left.map(\.node) == ["MatMul second"])
    #expect(only.left.map(\.reason) == ["--only first does not match it"])
    let rest = try place(
      operations, [Self.matrix], PlacementChoice(excluded: Self.pattern("first")))
    #expect(rest.nodes == [1] && rest.left.map(\.reason) == ["--exclude first"])
    let none = try place(
      operations, [Self.matrix],
      PlacementChoice(only: Self.pattern("first"), excluded: Self.pattern("first")))
    #expect(none.nodes.isEmpty && none.left.count == 2)
    let error = #expect(throws: NetworkError.self) { try PlacementChoice(operators: ["Gru"]) }
    #expect(
      error?.description.contains("'Gru' cannot be quantized; expected all, or some of Add") == true
    )
  }

  @Test func `weights that are not float32, computed, or of no shape stay, with a reason`() throws {
    let half = ModelSketch.Constant("w", type: 10, shape: [2, 1], raw: [0, 60, 0, 60])
    let small = try place([.init("MatMul", ["x", "w"], ["y"])], [half])
    #expect(small.left.map(\.reason) == ["its weight is float16; expected float32"])
    #expect(small.nodes.isEmpty && small.activations.isEmpty)
    let computed = try place([.init("Conv", ["x", "z"], ["y"])])
    #expect(computed.left.map(\.reason) == ["its weight is no constant"])
    let vector = try place([.init("MatMul", ["x", "w"], ["y"])], [.init("w", [2], [1, 2])])
    #expect(vector.left.map(\.reason) == ["its weight has the shape [2]"])
    let empty = try place([.init("MatMul", ["x", "w"], ["y"])], [.init("w", [2, 0], [])])
    #expect(empty.left.map(\.reason) == ["its weight has the shape [2, 0]"])
    let own = try place([.init("MatMul", ["x", "w"], ["y"], domain: "own")], [Self.matrix])
    #expect(own.nodes.isEmpty && own.left.isEmpty)
  }
}
