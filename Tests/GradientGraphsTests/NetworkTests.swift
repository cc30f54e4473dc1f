import GradientGraphs
import ModelFiles
import NetworkRuntime
import Testing
import _TestSupport

/// Whole networks, statistics of batches, and ties.
@Suite(.enabled(if: runtime != nil, "ONNX Runtime is missing: `make onnxruntime`"))
struct NetworkTests {
  private let library: RuntimeLibrary

  init() throws { library = try #require(runtime) }

  private func inputs(_ graph: GradientGraph) throws -> [String: RuntimeValue] {
    try Dictionary(
      uniqueKeysWithValues: graph.parameters.map {
        ($0.name, try RuntimeValue($0.values, shape: $0.shape))
      })
  }

  /// The loss falls along the gradient as fast as the gradient says.
  @Test(arguments: BatchNormalizationMode.allCases)
  func theSlopeOfANetworkIsItsGradient(_ mode: BatchNormalizationMode) throws {
    let model = try Model(path: NetworkFiles.model("fashion"))
    let graph = try GradientGraph(of: model, loss: .crossEntropy, batchNormalization: mode)
    #expect(graph.parameters.count == 7 + 2 * 7 + 2)
    #expect(graph.statistics.count == (mode == .batch ? 7 : 0))
    let session = try Session(bytes: graph.model.bytes(), library: library)
    var values = try inputs(graph)
    var random = SplitMix(seed: 4)
    values["image"] = try RuntimeValue(random.floats(8 * 784), shape: [8, 1, 28, 28])
    values[graph.target] = try RuntimeValue((0..<8).map(Int64.init), shape: [8])
    let gradients = try session.run(values, outputs: graph.parameters.map(\.gradient))
      .map { try $0.floats }
    let square = gradients.joined().reduce(0.0) { $0 + Double($1) * Double($1) }
    func loss(_ step: Double) throws -> Double {
      var moved = values
      for (parameter, gradient) in zip(graph.parameters, gradients) {
        let new = zip(parameter.values, gradient).map { Float(Double($0) + step * Double($1)) }
        moved[parameter.name] = try RuntimeValue(new, shape: parameter.shape)
      }
      return Double(try session.run(moved, outputs: [graph.loss])[0].floats[0])
    }
    // A loss of some units is known to 1e-6, and its change of 4e-3 to some 1e-3 of it. What bends over
    // the step is of that size too: over five times the step it is 4 % with statistics of the batch.
    let step = 0.002 / square
    let slope = try (loss(step) - loss(-step)) / (2 * step)
    #expect(abs(slope / square - 1) < 0.01)
  }

  @Test func statisticsOfTheBatchAreOutputs() throws {
    let sketch = ModelSketch(
      operatorSet: 17, inputs: [.init("x", [nil, 2, 2])], outputs: [.init("y", nil)],
      [
        .init(
          "BatchNormalization", ["x", "g", "b", "m", "v"], ["y"], ["momentum": .float(0.75)],
          name: "norm")
      ],
      constants: [
        .init("g", [2], [1, 1]), .init("b", [2], [0, 0]), .init("m", [2], [9, 9]),
        .init("v", [2], [9, 9]),
      ])
    let graph = try GradientGraph(
      of: Model(bytes: sketch.bytes, name: "norm.onnx"), loss: .meanSquaredError,
      batchNormalization: .batch)
    let statistic = try #require(graph.statistics.first)
    #expect(statistic.node == "BatchNormalization norm")
    #expect([statistic.runningMean, statistic.runningVariance] == ["m", "v"])
    #expect(statistic.momentum == 0.75)
    let session = try Session(bytes: graph.model.bytes(), library: library)
    var values = try inputs(graph)
    values["x"] = try RuntimeValue([1, 3, 0, 0, 5, 7, 2, 6] as [Float], shape: [2, 2, 2])
    values[graph.target] = try RuntimeValue([0] as [Float], shape: [1, 1, 1])
    let found = try session.run(values, outputs: [statistic.mean, statistic.variance])
    // 1, 3, 5, 7 and 0, 0, 2, 6.
    #expect(try found[0].floats == [4, 2])
    #expect(try found[1].floats == [5, 6])
  }

  @Test func tiesGoToTheFirst() throws {
    let sketch = ModelSketch(
      operatorSet: 17, inputs: [], outputs: [.init("y", nil)],
      [.init("MaxPool", ["x"], ["y"], ["kernel_shape": .ints([2]), "strides": .ints([1])])],
      constants: [.init("x", [1, 1, 4], [2, 2, 1, 1])])
    let graph = try GradientGraph(
      of: Model(bytes: sketch.bytes, name: "pool.onnx"), parameters: ["x"],
      loss: .meanSquaredError, batchNormalization: .frozen)
    let session = try Session(bytes: graph.model.bytes(), library: library)
    var values = try inputs(graph)
    values[graph.target] = try RuntimeValue([0.5, 0.5, 0.25] as [Float], shape: [1, 1, 3])
    let gradient = try session.run(values, outputs: [graph.parameters[0].gradient])[0].floats
    // 2 (y - t) / 3 of the windows (2, 2), (2, 1) and (1, 1), each to its first largest element.
    #expect(gradient == [1, 1, 0.5, 0])
  }
}
