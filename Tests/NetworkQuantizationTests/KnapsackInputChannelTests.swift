import ModelFiles
import NetworkQuantization
import Testing

/// Which inputs the elements of a weight meet.
@Suite struct KnapsackInputChannelTests {
  private func channels(_ node: Node, _ shape: [Int]) throws -> InputChannels? {
    let values = [Float](repeating: 1, count: shape.reduce(1, *))
    let model = try smallModel([node], [ModelTensor(name: "w", shape: shape, values)])
    let weight = try #require(try Placement(model, PlacementChoice()).weights.first)
    return InputChannels(weight, weight.uses[0], in: model)
  }

  @Test func convolutionsReadTheChannelsOfTheirGroup() throws {
    var node = Node("Conv", name: "c", inputs: ["x", "w"], outputs: ["y"])
    node.set("group", 2)
    let found = try #require(try channels(node, [4, 3, 1, 2]))
    #expect((found.activation, found.axis, found.count) == ("x", 1, 6))
    #expect(
      found.ofElements == [
        0, 0, 1, 1, 2, 2, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 3, 3, 4, 4, 5, 5,
      ])
  }

  @Test func depthwiseWeightsReadOneChannelEach() throws {
    var node = Node("Conv", name: "c", inputs: ["x", "w"], outputs: ["y"])
    node.set("group", 3)
    let found = try #require(try channels(node, [3, 1, 2]))
    #expect(found.count == 3 && found.ofElements == [0, 0, 1, 1, 2, 2])
  }

  @Test func transposedConvolutionsReadAlongTheFirstAxis() throws {
    let node = Node("ConvTranspose", name: "c", inputs: ["x", "w"], outputs: ["y"])
    let found = try #require(try channels(node, [2, 3, 1]))
    #expect((found.axis, found.count) == (1, 2) && found.ofElements == [0, 0, 0, 1, 1, 1])
  }

  @Test func matricesReadAlongTheAxisOfSummation() throws {
    let product = Node("MatMul", name: "m", inputs: ["x", "w"], outputs: ["y"])
    let behind = try #require(try channels(product, [2, 3]))
    #expect((behind.axis, behind.count) == (-1, 2) && behind.ofElements == [0, 0, 0, 1, 1, 1])
    let reversed = Node("MatMul", name: "m", inputs: ["w", "x"], outputs: ["y"])
    let before = try #require(try channels(reversed, [2, 3]))
    #expect((before.axis, before.count) == (-2, 3) && before.ofElements == [0, 1, 2, 0, 1, 2])
    var gemm = Node("Gemm", name: "g", inputs: ["x", "w"], outputs: ["y"])
    gemm.set("transB", 1)
    gemm.set("transA", 1)
    let turned = try #require(try channels(gemm, [2, 3]))
    #expect((turned.axis, turned.count) == (-2, 3) && turned.ofElements == [0, 1, 2, 0, 1, 2])
  }
}
