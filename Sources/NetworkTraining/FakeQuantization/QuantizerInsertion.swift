internal import GradientGraphs
internal import ModelFiles
internal import NetworkQuantization
internal import QuantizationCore
internal import RangeFiles

/// A model while FakeQuantize nodes are put into it.
struct QuantizerInsertion {
  private let original: Model
  private let scales: ScaleTraining
  private var names: FreshNames
  private var insertions = NodeInsertions()
  private var added: [ModelTensor] = []
  private var inputs: [ModelPort] = []
  private var outputs: [ModelPort] = []
  private let index: GraphIndex
  /// The quantizers whose ranges follow.
  private(set) var followed: [RangeFollower.Quantizer] = []
  /// The scales and zero points that are parameters, by name.
  private(set) var learned: [String: QuantizerParameter] = [:]

  init(_ model: Model, _ scales: ScaleTraining) {
    (original, self.scales) = (model, scales)
    (names, index) = (FreshNames(in: model), GraphIndex(model))
  }

  /// Puts a quantizer behind a tensor.
  ///
  /// - Parameters:
  ///   - range: The range at the beginning.
  ///   - uses: Where the tensor is read as codes; everywhere where none are given.
  /// - Returns: The names of the scale and the zero point.
  mutating func insert(
    _ range: TensorRange, at uses: [GraphIndex.Use]
  ) throws -> (scale: String, zeroPoint: String) {
    guard GridFamily.integers.contains(range.grid.family) else {
      throw TrainingError(
        "\(original.name): the ranges of '\(range.name)' are for \(range.grid); expected codes of "
          + "whole numbers")
    }
    guard range.granularity.groupSize == nil else {
      throw TrainingError(
        "\(original.name): the ranges of '\(range.name)' are for \(range.granularity); expected one for "
          + "the tensor or for each channel")
    }
    let axis = range.granularity.onlyAxis.map { $0 < 0 ? $0 + range.shape.count : $0 }
    let shape = axis == nil ? [] : [range.scales.count]
    let scale = names("\(range.name)_scale")
    let zero = names("\(range.name)_zero_point")
    if scales == .following {
      inputs += [scale, zero].map { ModelPort(name: $0, type: .float32, shape: shape) }
      follow(range, scale, zero)
    } else {
      added += [
        ModelTensor(name: scale, shape: shape, range.scales),
        ModelTensor(name: zero, shape: shape, range.zeroPoints.map(Float.init)),
      ]
    }
    let output = names("\(range.name)_fake_quantized")
    let gradient = scales.gradient(isAffine: range.grid.family.scheme == .affine)
    let quantization = FakeQuantization(
      low: range.grid.minimumCode, high: range.grid.maximumCode, axis: axis, gradient: gradient)
    var used = zero
    if gradient != .straightThrough { learned[scale] = .scale }
    if gradient == .lsqPlus {
      learned[zero] = .zeroPoint(range.grid.codes)
      used = rounded(zero, range)
    }
    insertions.behind[range.name, default: []].append(
      quantization.node(
        name: output, input: range.name, scale: scale, zeroPoint: used, output: output))
    for use in uses.isEmpty ? index.uses[range.name] ?? [] : uses {
      insertions.replaced[use] = output
    }
    return (scale, zero)
  }

  /// A learned zero point as a whole code, as it is where the network is deployed.
  ///
  /// Rounding passes its gradient on, as that of every quantizer does.
  private mutating func rounded(_ zero: String, _ range: TensorRange) -> String {
    let one = names("\(zero)_step")
    added.append(ModelTensor(name: one, shape: [], [1]))
    let output = names("\(zero)_rounded")
    let codes = range.grid.codes
    // Behind the tensor, and so in front of its quantizer.
    insertions.behind[range.name, default: []].append(
      FakeQuantization(low: codes.lowerBound, high: codes.upperBound, gradient: .straightThrough)
        .node(name: output, input: zero, scale: one, output: output))
    return output
  }

  /// Has the range of a quantizer follow what is seen.
  private mutating func follow(_ range: TensorRange, _ scale: String, _ zero: String) {
    var observed: (least: String, most: String)?
    if range.kind == .activation {
      let ends = [("ReduceMin", "least"), ("ReduceMax", "most")].map { operation, end in
        let name = names("\(range.name)_\(end)")
        var node = Node(operation, name: name, inputs: [range.name], outputs: [name])
        node.set("keepdims", 0)
        insertions.behind[range.name, default: []].append(node)
        outputs.append(ModelPort(name: name, type: .float32, shape: []))
        return name
      }
      observed = (ends[0], ends[1])
    }
    followed.append(
      RangeFollower.Quantizer(
        tensor: range.name, scale: scale, zeroPoint: zero, observed: observed,
        lanes: range.kind == .weight
          ? LanePartition(shape: range.shape, granularity: range.granularity) : nil,
        grid: range.grid,
        start: range.parameters.map { Float($0.lower) } + range.parameters.map { Float($0.upper) }))
  }

  /// The model with everything in it.
  var finished: Model {
    var model = original
    model.nodes = insertions.nodes(in: original)
    model.initializers += added
    model.inputs += inputs
    model.outputs += outputs
    return model
  }
}
