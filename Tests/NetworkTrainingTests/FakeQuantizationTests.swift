import GradientGraphs
import ModelFiles
import NetworkEvaluation
import NetworkQuantization
import NetworkRuntime
import NetworkTraining
import QuantizationCore
import RangeFiles
import Testing
import _TestSupport

@Suite("Training with fake quantization", .enabled(if: runtime != nil))
struct FakeQuantizationTests {
  private let fixtures: TrainingFixtures
  private let model: Model
  private let samples: SampleTable
  private let placement: Placement

  init() throws {
    fixtures = try TrainingFixtures()
    model = try TrainingFixtures.spec.model(seed: 1)
    samples = try fixtures.samples(for: model)
    placement = Placement(model, try PlacementChoice())
  }

  private static let plan = TrainingPlan(epochs: 6, batchSize: 32, rate: 0.01, seed: 3)

  /// Ranges from end to end: weights by channel, the input between -1.5 and 1.5, others between 0 and 2.
  private func ranges(bits: Int, of model: Model) throws -> RangeSet {
    let width = try #require(BitWidth(bits))
    let codes = CodeGrid(GridFamily.symmetricNarrow, bits: width)
    var tensors: [TensorRange] = []
    for activation in placement.activations {
      let grid = CodeGrid(GridFamily.affineUnsigned, bits: width)
      let range = activation.name == "x" ? ClippingRange(-1.5, 1.5) : ClippingRange(0, 2)
      let found = QuantizationParameters(covering: range, on: grid)
      tensors.append(
        TensorRange(
          name: activation.name, kind: .activation, shape: [], granularity: .tensor, grid: grid,
          estimator: "test", scales: [found.scale], zeroPoints: [found.zeroPoint]))
    }
    for weight in placement.weights {
      let values = model.initializers.first { $0.name == weight.name }?.floats ?? []
      let columns = weight.shape[1]
      let scales = (0..<weight.shape[0]).map { row in
        let largest = values[row * columns..<(row + 1) * columns].map(abs).max() ?? 0
        return QuantizationParameters(
          covering: ClippingRange(-Double(largest), Double(largest)), on: codes
        ).scale
      }
      tensors.append(
        TensorRange(
          name: weight.name, kind: .weight, shape: weight.shape, granularity: .channel(axis: 0),
          grid: codes, estimator: "test", scales: scales,
          zeroPoints: scales.map { _ in 0 }))
    }
    return RangeSet(model: nil, tensors: tensors)
  }

  private func network(_ bits: Int, _ scales: ScaleTraining, _ model: Model) throws
    -> FakeQuantizedNetwork
  {
    try FakeQuantizedNetwork(model, placement, ranges(bits: bits, of: model), scales: scales)
  }

  /// Codes in the graph of training are those of the model that is written, also with zero points that are
  /// no whole codes: biases are 0 here, whose codes are exact.
  @Test(arguments: ScaleTraining.allCases, [2, 3, 4, 8])
  func `the simulated network is the quantized one`(scales: ScaleTraining, bits: Int) throws {
    let network = try network(bits, scales, model)
    let trained = TrainedNetwork.quantized(network)
    let graph = try trained.graph(.crossEntropy)
    let library = try #require(runtime)
    var inputs = try samples.batch(0..<150)
    let values = Dictionary(
      uniqueKeysWithValues: graph.parameters.map { parameter in
        let isZeroPoint = parameter.name.hasSuffix("_zero_point")
        return (parameter.name, parameter.values.map { isZeroPoint ? $0 + 0.6 : $0 })
      })
    #expect(values.keys.contains("x_zero_point") == (scales == .learnedAffine))
    let quantized = try Session(
      bytes: try network.quantizedModel(scales == .following ? [:] : values).model.bytes(),
      library: library, options: SessionOptions(keepsQDQInFloat: true)
    ).run(inputs)[0].floats
    inputs[graph.target] = try RuntimeValue(
      (samples.labels ?? []).map(Int64.init), shape: [150])
    for parameter in graph.parameters {
      inputs[parameter.name] = try RuntimeValue(
        values[parameter.name] ?? [], shape: parameter.shape)
    }
    if scales == .following {
      for range in try ranges(bits: bits, of: model).tensors {
        let shape = range.scales.count == 1 ? [] : [range.scales.count]
        inputs["\(range.name)_scale"] = try RuntimeValue(range.scales, shape: shape)
        inputs["\(range.name)_zero_point"] = try RuntimeValue(
          range.zeroPoints.map(Float.init), shape: shape)
      }
    }
    let simulated = try Session(bytes: try graph.model.bytes(), library: library)
      .run(inputs, outputs: ["logits"])[0].floats
    // Sums of twelve products in another order; a code that differed would be a hundred times as far.
    #expect(simulated.count == quantized.count)
    let largest = zip(simulated, quantized).map { abs($0 - $1) }.max() ?? .infinity
    #expect(largest < 1e-5, "\(scales), \(bits) bits: \(largest)")
  }

  @Test(arguments: ScaleTraining.allCases)
  func `training wins back what two bits cost`(scales: ScaleTraining) throws {
    // A float network first.
    var float = try TrainingFixtures.trainer(.float(model, .frozen), samples, Self.plan)
    try float.run(judge: { _ in nil })
    let learned = model.replacing(float.values)
    let network = try network(2, scales, learned)
    let before = try TrainingFixtures.right(network.quantizedModel([:]).model, samples)
    var trainer = try TrainingFixtures.trainer(.quantized(network), samples, Self.plan)
    try trainer.run(judge: { _ in nil })
    let after = try TrainingFixtures.right(
      network.quantizedModel(trainer.values).model, samples)
    #expect(after > before && after >= 135, "\(scales): \(before), then \(after) of 150")

    let (start, end) = (network.ranges([:]), network.ranges(trainer.values))
    let pairs = zip(start.tensors, end.tensors)
    #expect(end.tensors.allSatisfy { $0.scales.allSatisfy { $0 > 0 && $0.isFinite } })
    switch scales {
    case .fixed: #expect(pairs.allSatisfy { $0.scales == $1.scales })
    case .learned:
      #expect(pairs.allSatisfy { $0.scales != $1.scales && $0.zeroPoints == $1.zeroPoints })
    case .learnedAffine:
      #expect(pairs.allSatisfy { $0.scales != $1.scales })
      // Few steps move no zero point by half a code, and that of the hidden layer stands at the end of the codes.
      let moved = try #require(trainer.values["x_zero_point"])
      let before = try #require(start.tensors.first { $0.name == "x" })
      #expect(moved != before.zeroPoints.map(Float.init))
    case .following: #expect(pairs.allSatisfy { $0.scales != $1.scales })
    }
    let rule = scales == .fixed ? "test" : "test+\(scales.rawValue)"
    #expect(end.tensors.allSatisfy { $0.estimator == rule })
  }

  @Test func `learned numbers stay where a quantizer may have them`() {
    let zeroPoint = QuantizerParameter.zeroPoint(0...255)
    #expect(zeroPoint.kept(-3, before: 1) == 0 && zeroPoint.kept(300, before: 1) == 255)
    #expect(zeroPoint.kept(7.3, before: 1) == 7.3)
    let scale = QuantizerParameter.scale
    #expect(scale.kept(-1, before: 0.5) == 0.25 && scale.kept(0.4, before: 0.5) == 0.4)
  }

  @Test func `what is learned from a teacher needs no labels`() throws {
    var float = try TrainingFixtures.trainer(.float(model, .frozen), samples, Self.plan)
    try float.run(judge: { _ in nil })
    let learned = model.replacing(float.values)
    let network = try network(3, .learned, learned)
    let teacher = try Session(bytes: try learned.bytes(), library: try #require(runtime))
    var trainer = try TrainingFixtures.trainer(
      .quantized(network), samples, Self.plan, targets: .teacher(teacher, output: "logits"))
    try trainer.run(judge: { _ in nil })
    let epochs = trainer.state.position.history.epochs
    #expect(epochs[5].loss < epochs[0].loss && epochs[0].accuracy == nil)
    let right = try TrainingFixtures.right(
      network.quantizedModel(trainer.values).model, samples)
    #expect(right >= 145)
  }

  @Test func `ranges of groups are refused`() throws {
    let grid = CodeGrid(GridFamily.symmetricNarrow, bits: try #require(BitWidth(4)))
    let weight = placement.weights[1]
    let range = TensorRange(
      name: weight.name, kind: .weight, shape: weight.shape,
      granularity: .group(size: 4, axis: 1), grid: grid, estimator: "test",
      scales: [Float](repeating: 1, count: 9), zeroPoints: [Int](repeating: 0, count: 9))
    #expect(throws: TrainingError.self) {
      try FakeQuantizedNetwork(
        model, placement, RangeSet(model: nil, tensors: [range]), scales: .fixed)
    }
    #expect(throws: TrainingError.self) {
      try FakeQuantizedNetwork(
        model, placement, RangeSet(model: nil, tensors: []), scales: .fixed)
    }
  }
}
