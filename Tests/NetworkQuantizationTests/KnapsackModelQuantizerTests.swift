import ModelFiles
import NetworkQuantization
import QuantizationCore
import RangeFiles
import Testing

/// Quantizers that are read from a model are those that were written into it.
@Suite struct KnapsackModelQuantizerTests {
  @Test(arguments: [2, 4, 6, 8, 16])
  func quantizersAreReadAsTheyWereWritten(bits: Int) throws {
    let width = try #require(BitWidth(bits))
    let values: [Float] = [1, -2, 0.5, 4, -0.25, 3]
    let model = try smallModel(
      [Node("MatMul", name: "m", inputs: ["x", "w"], outputs: ["y"])],
      [ModelTensor(name: "w", shape: [2, 3], values)])
    let weights = CodeGrid(.symmetricNarrow, bits: width)
    let largest = Float(weights.maximumCode)
    let ranges = RangeSet(
      model: nil,
      tensors: [
        TensorRange(
          name: "x", kind: .activation, shape: [2], granularity: .tensor,
          grid: CodeGrid(.affineUnsigned, bits: width), estimator: "minmax", scales: [0.25],
          zeroPoints: [1]),
        TensorRange(
          name: "w", kind: .weight, shape: [2, 3], granularity: .channel(axis: 1), grid: weights,
          estimator: "minmax", scales: [4 / largest, 2 / largest, 3 / largest],
          zeroPoints: [0, 0, 0]),
      ])
    let quantized = try model.quantized(
      Placement(model, PlacementChoice()), ranges, values: { $0.floats ?? [] }
    ).model
    let found = ModelQuantizers(quantized)
    #expect(found.unread.isEmpty)
    let activation = try #require(found.activations.first)
    #expect(activation.tensor == "x" && activation.parameters == ranges.tensors[0].parameters[0])
    let weight = try #require(found.weights.first)
    #expect(weight.reader == ("y", 1) && weight.partition.count == 3)
    #expect(weight.parameters == ranges.tensors[1].parameters)
    let restored = zip(weight.codes, [0, 1, 2, 0, 1, 2]).map {
      Float($0) * weight.parameters[$1].scale
    }
    // Half a step of the widest lane, and rounding.
    #expect(zip(values, restored).allSatisfy { abs($0 - $1) <= 2.001 / largest })
  }

  @Test func modelsWithoutQuantizersHaveNone() throws {
    let model = try smallModel(
      [Node("MatMul", name: "m", inputs: ["x", "w"], outputs: ["y"])],
      [ModelTensor(name: "w", shape: [2, 1], [1, 2])])
    let found = ModelQuantizers(model)
    #expect(found.activations.isEmpty && found.weights.isEmpty && found.unread.isEmpty)
  }
}
