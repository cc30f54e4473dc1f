import Foundation
import ModelFiles
import Testing
import _TestSupport

@Suite("Models that are read and written")
struct ModelRoundTripTests {
  /// A model with something in every field that is read, and fields that nobody here knows.
  static func rich() -> ModelSketch {
    let inner = ModelSketch(
      inputs: [], outputs: [.init("branch", [1])],
      [.init("Add", ["y", "inner"], ["branch"])], constants: [.init("inner", [1], [2])])
    var sketch = ModelSketch(
      inputs: [.init("x", [nil, 2]), .init("c", [], type: 9)],
      outputs: [.init("z", [nil, 2]), .init("rankless", nil)],
      [
        .init(
          "Gemm", ["x", "w", ""], ["y"], ["alpha": .float(0.5), "transB": .int(0)], name: "g"),
        .init(
          "If", ["c"], ["z"], ["then_branch": .graph(inner), "else_branch": .graph(inner)]),
        .init("Constant", [], ["rankless"], ["value": .tensor(.init("", [], [3]))]),
        .init(
          "Own", ["x"], ["own"],
          ["texts": .text("\u{FC}"), "n": .ints([-1, 3]), "f": .floats([1, -0])], domain: "a.b"),
      ], constants: [.init("w", [2, 2], [1, -0, .infinity, .leastNonzeroMagnitude])])
    // doc_string, quantization_annotation, metadata_props of a graph; model_version, functions.
    sketch.graphRest =
      Wire.text(10, "graph words") + Wire.field(14, Wire.text(1, "annotated"))
      + Wire.field(16, Wire.text(1, "key") + Wire.text(2, "value")) + Wire.float(999, 1.5)
    sketch.rest =
      Wire.field(14, Wire.text(1, "author") + Wire.text(2, "nobody")) + Wire.number(5, -3)
      + Wire.text(6, "model words") + Wire.field(25, Wire.text(1, "function"))
    return sketch
  }

  @Test("every byte of a model comes back, fields that nobody knows among them")
  func everything() throws {
    let bytes = Self.rich().bytes
    let model = try Model(bytes: bytes, name: "rich.onnx")
    #expect(try model.bytes() == bytes)
    #expect(model.nodes.map(\.operation) == ["Gemm", "If", "Constant", "Own"])
    #expect(model.nodes[0].inputs == ["x", "w", ""] && model.nodes[0].input(2) == nil)
    #expect(model.nodes[0].float("alpha") == 0.5 && model.nodes[0].integer("transB") == 0)
    #expect(model.nodes[0].float("transB") == nil && model.nodes[0].integer("beta") == nil)
    #expect(model.nodes[3].integers("n") == [-1, 3] && model.nodes[3].text("texts") == "\u{FC}")
    #expect(model.nodes[3].floats("f") == [1, 0] && model.nodes[3].domain == "a.b")
    #expect(model.nodes[1].hasSubgraph && !model.nodes[0].hasSubgraph)
    #expect(model.nodes[1].namesInSubgraphs == ["branch", "y", "inner"])
    #expect(model.nodes.map(\.label) == ["Gemm g", "If z", "Constant rankless", "Own own"])
    #expect(model.inputs.map(\.name) == ["x", "c"] && model.inputs[1].type == .bool)
    #expect(model.inputs[0].shape == [nil, 2] && model.outputs[1].shape == nil)
    #expect(model.operatorSet == 13)
  }

  @Test("models of the project keep every field", arguments: ["fashion", "orientation"])
  func committed(_ name: String) throws {
    let file = try Data(contentsOf: URL(filePath: NetworkFiles.model(name)))
    let model = try Model(path: NetworkFiles.model(name))
    let written = try model.bytes()
    #expect(written.count == file.count)
    // Fields that are not known move behind the others of their message: what is the same is the sum
    // over all fields of all messages, whatever their order.
    #expect(written.reduce(0) { $0 + Int($1) } == file.reduce(0) { $0 + Int($1) })
    #expect(try Model(bytes: written, name: name).bytes() == written)
  }

  @Test("a model made of nodes and constants says what it was made of")
  func made() throws {
    var model = try Model(
      bytes: ModelSketch(
        inputs: [.init("x", [2])], outputs: [.init("y", [2])], [.init("Relu", ["x"], ["y"])]
      ).bytes, name: "m.onnx")
    var node = Node("Sum", name: "n", inputs: ["y", "c"], outputs: ["z"], domain: "")
    node.set("axis", -1)
    node.set("axis", 1)
    node.set("list", [3, 4])
    node.set("half", Float(0.5))
    node.set("word", "so")
    node.set("gone", 1)
    node.remove("gone")
    model.nodes.append(node)
    model.initializers.append(ModelTensor(name: "c", shape: [2], [1, 2]))
    model.outputs.append(ModelPort(name: "z"))
    let read = try Model(bytes: try model.bytes(), name: "m.onnx")
    #expect(read.nodes[1].integer("axis") == 1 && read.nodes[1].integers("list") == [3, 4])
    #expect(read.nodes[1].float("half") == 0.5 && read.nodes[1].text("word") == "so")
    #expect(read.nodes[1].integer("gone") == nil)
    #expect(read.outputs.map(\.name) == ["y", "z"] && read.outputs[1].type == nil)
    #expect(read.initializers.map(\.floats) == [[1, 2]])
    model.operatorSet = 21
    #expect(try Model(bytes: try model.bytes(), name: "").operatorSet == 21)
  }

  @Test("nodes in another order are put in one; nodes in order stay in theirs")
  func order() throws {
    func sketch(_ operations: [ModelSketch.Operation]) -> Data {
      ModelSketch(inputs: [.init("x", [1])], outputs: [.init("c", [1])], operations).bytes
    }
    let chain: [ModelSketch.Operation] = [
      .init("Relu", ["x"], ["a"]), .init("Neg", ["x"], ["b"]), .init("Add", ["a", "b"], ["c"]),
    ]
    for order in [[2, 0, 1], [2, 1, 0], [1, 2, 0], [0, 2, 1]] {
      let model = try Model(bytes: sketch(order.map { chain[$0] }), name: "")
      #expect(model.nodes.last?.operation == "Add")
    }
    let kept = try Model(bytes: sketch([chain[1], chain[0], chain[2]]), name: "")
    #expect(kept.nodes.map(\.operation) == ["Neg", "Relu", "Add"])
  }

  @Test("a node waits for what its subgraph reads")
  func subgraphOrder() throws {
    let inner = ModelSketch(
      inputs: [], outputs: [.init("i", [1])], [.init("Neg", ["outer"], ["i"])])
    let model = try Model(
      bytes: ModelSketch(
        inputs: [.init("c", [], type: 9), .init("x", [1])], outputs: [.init("z", [1])],
        [
          .init("If", ["c"], ["z"], ["then_branch": .graph(inner), "else_branch": .graph(inner)]),
          .init("Relu", ["x"], ["outer"]),
        ]
      ).bytes, name: "")
    #expect(model.nodes.map(\.operation) == ["Relu", "If"])
  }

  @Test("an input that has a value is no input")
  func inputsWithValues() throws {
    let model = try Model(
      bytes: ModelSketch(
        inputs: [.init("x", [1]), .init("w", [1])], outputs: [.init("y", [1])],
        [.init("Add", ["x", "w"], ["y"])], constants: [.init("w", [1], [1])]
      ).bytes, name: "")
    #expect(model.inputs.map(\.name) == ["x"])
  }

  @Test("attributes of zero count although a writer of proto3 leaves the zero out")
  func omittedZeros() throws {
    let sketch = ModelSketch(
      inputs: [.init("x", [1])], outputs: [.init("y", [1])], [.init("Softmax", ["x"], ["y"])])
    // An attribute with its name and its type only.
    let attribute = { (name: String, type: Int) in
      Wire.field(5, Wire.text(1, name) + Wire.number(20, type))
    }
    let node =
      Wire.text(1, "x") + Wire.text(2, "y") + Wire.text(4, "Softmax") + attribute("axis", 2)
      + attribute("zero", 1) + attribute("word", 3)
    let graph = Wire.field(1, node) + Wire.field(11, Wire.text(1, "x"))
    let bytes = Wire.number(1, 7) + Wire.field(7, graph) + Wire.field(8, Wire.number(2, 13))
    #expect(try Model(bytes: sketch.bytes, name: "").nodes[0].integer("axis") == nil)
    let read = try Model(bytes: Data(bytes), name: "").nodes[0]
    #expect(read.integer("axis") == 0 && read.float("zero") == 0 && read.text("word") == "")
    #expect(read.float("axis") == nil && read.integer("zero") == nil)
  }
}
