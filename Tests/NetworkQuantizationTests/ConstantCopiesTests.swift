import ModelFiles
import NetworkQuantization
import Testing
import _TestSupport

@Suite("Copies of constants")
struct ConstantCopiesTests {
  private static let matrix = ModelSketch.Constant("w", [2, 2], [1, 2, 3, 4])

  private func model(
    _ operations: [ModelSketch.Operation], outputs: [String] = ["y"]
  ) throws -> Model {
    var model = try ModelSketch(
      inputs: [.init("x", nil)], outputs: outputs.map { .init($0, nil) }, operations,
      constants: [Self.matrix]
    ).model()
    model.removeCopiesOfConstants()
    return model
  }

  @Test func `layers that share a constant read it, also by a copy of a copy`() throws {
    let model = try model([
      .init("Identity", ["w"], ["w1"]), .init("Identity", ["w1"], ["w2"]),
      .init("MatMul", ["x", "w"], ["a"]), .init("MatMul", ["a", "w1"], ["b"]),
      .init("MatMul", ["b", "w2"], ["y"]),
    ])
    #expect(model.nodes.map(\.inputs) == [["x", "w"], ["a", "w"], ["b", "w"]])
    let placement = Placement(model, try PlacementChoice())
    #expect(placement.weights.map(\.name) == ["w"] && placement.weights[0].uses.count == 3)
    #expect(placement.activations.map(\.name) == ["x", "a", "b"])
  }

  @Test func `a copy of an activation, and one that is an output, stay`() throws {
    let model = try model(
      [
        .init("Identity", ["x"], ["a"]), .init("Identity", ["w"], ["copy"]),
        .init("MatMul", ["a", "copy"], ["y"]),
      ], outputs: ["y", "copy"])
    #expect(model.nodes.map(\.operation) == ["Identity", "Identity", "MatMul"])
    #expect(model.nodes[2].inputs == ["a", "copy"])
  }
}
