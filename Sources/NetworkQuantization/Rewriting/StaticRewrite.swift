package import ModelFiles
internal import QuantizationCore
package import RangeFiles

extension Model {
  /// Puts quantizers into the model: QuantizeLinear and DequantizeLinear before each reader of a
  /// quantized activation, codes and DequantizeLinear in the place of each weight, and biases of 32 bits
  /// with the scale of their products.
  ///
  /// Widths that no type of ONNX has are simulated: codes lie in the next larger type, and a Clip before
  /// QuantizeLinear ends where the codes do.
  ///
  /// - Parameters:
  ///   - placement: Which tensors, of this model.
  ///   - ranges: Their ranges; tensors without one stay float.
  ///   - values: The values of a constant that lies in a file beside the model.
  /// - Throws: ``NetworkError``, and what reading values throws.
  ///
  /// Complexity: O(nodes and weights).
  package func quantized(
    _ placement: Placement, _ ranges: RangeSet, values: (ModelTensor) throws -> [Float]
  ) throws -> QuantizedModel {
    var rewrite = StaticRewrite(self, ranges)
    for activation in placement.activations { try rewrite.quantize(activation) }
    for weight in placement.weights { try rewrite.quantize(weight, values) }
    for bias in placement.biases { rewrite.quantize(bias) }
    return try rewrite.finish()
  }
}

/// A model while quantizers are put into it.
private struct StaticRewrite {
  private let original: Model
  private let index: GraphIndex
  private let ranges: [String: TensorRange]
  private var names: FreshNames
  private var result: QuantizedModel
  private var insertions = NodeInsertions()
  /// Nodes that come before all others: they read constants only.
  private var first: [Node] = []
  private var added: [ModelTensor] = []
  private var operatorSet = 13

  init(_ model: Model, _ ranges: RangeSet) {
    original = model
    index = GraphIndex(model)
    names = FreshNames(in: model)
    self.ranges = Dictionary(
      ranges.tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    result = QuantizedModel(model: model)
  }

  /// `x -> [Clip] -> QuantizeLinear -> DequantizeLinear`, which the quantized readers read.
  mutating func quantize(_ activation: Placement.Activation) throws {
    guard let range = ranges[activation.name], range.kind == .activation else { return }
    try check(range)
    guard range.granularity == .tensor else {
      throw NetworkError(
        original.name,
        "the ranges of '\(range.name)' are for \(range.granularity); expected one for the whole of "
          + "an activation")
    }
    let constants = QuantizerConstants(range: range, usesBytes: needsBytes(range))
    let (scale, zero) = addQuantizer(constants, activation.name)
    var nodes: [Node] = []
    var source = activation.name
    if let bounds = constants.bounds {
      let limits = [("lower", bounds.lower), ("upper", bounds.upper)].map { end, value in
        add(ModelTensor(name: names("\(activation.name)_\(end)"), shape: [], [value]))
      }
      let clipped = names("\(activation.name)_clipped")
      nodes.append(Node("Clip", name: clipped, inputs: [source] + limits, outputs: [clipped]))
      source = clipped
    }
    let codes = names("\(activation.name)_quantized")
    let values = names("\(activation.name)_dequantized")
    nodes.append(
      Node("QuantizeLinear", name: codes, inputs: [source, scale, zero], outputs: [codes]))
    nodes.append(
      Node("DequantizeLinear", name: values, inputs: [codes, scale, zero], outputs: [values]))
    insertions.behind[activation.name] = nodes
    for use in activation.uses.isEmpty ? index.uses[activation.name] ?? [] : activation.uses {
      insertions.replaced[use] = values
    }
    result.tensors += 1
  }

  /// Whether an activation with codes of 4 bits needs a type of 8.
  ///
  /// ONNX Runtime 1.32 fuses a QuantizeLinear with the Clip or Relu before it, and knows no types of 4 bits
  /// there: behind a Clip the model cannot be loaded, and a Relu is lost unless zero is the lowest code, 0. A
  /// narrow grid has a Clip of ours. It also moves a QuantizeLinear in front of the MaxPool before it, which takes no
  /// codes of 4 bits.
  private func needsBytes(_ range: TensorRange) -> Bool {
    let maker = index.makers[range.name].map { original.nodes[$0].operation }
    let isZeroLowest = !range.grid.isSigned && range.zeroPoints.allSatisfy { $0 == 0 }
    return maker == "Clip" || maker == "MaxPool" || maker == "Relu" && !isZeroLowest
      || QuantizerConstants(range: range).bounds != nil
  }

  /// `codes -> DequantizeLinear` in the place of a constant.
  mutating func quantize(
    _ weight: Placement.Weight, _ values: (ModelTensor) throws -> [Float]
  ) throws {
    guard let range = ranges[weight.name], range.kind == .weight,
      let tensor = index.constants[weight.name]
    else { return }
    guard range.shape == weight.shape else {
      throw NetworkError(
        original.name,
        "the ranges of '\(weight.name)' are for the shape \(range.shape); it has \(weight.shape)")
    }
    try check(range)
    let constants = QuantizerConstants(range: range)
    let (scale, zero) = addQuantizer(constants, weight.name)
    let codes = try constants.codes(
      try tensor.floats ?? values(tensor), names("\(weight.name)_quantized"))
    result.sizes.codes += codes.byteCount ?? 0
    let dequantized = names("\(weight.name)_dequantized")
    var node = Node(
      "DequantizeLinear", name: dequantized, inputs: [add(codes), scale, zero],
      outputs: [dequantized])
    if let (axis, block) = constants.axis {
      node.set("axis", axis)
      if let block {
        node.set("block_size", block)
        operatorSet = max(operatorSet, 21)
      }
    }
    first.append(node)
    for use in weight.uses { insertions.replaced[use] = dequantized }
    result.tensors += 1
  }

  /// Codes of 32 bits with the product of both scales, where the codes fit.
  mutating func quantize(_ bias: Placement.Bias) {
    guard let input = ranges[bias.activation], let weight = ranges[bias.weight],
      weight.granularity.groupSize == nil, let values = index.constants[bias.name]?.floats,
      input.kind == .activation, let inputScale = input.scales.first
    else { return }
    let scales = weight.scales.map { inputScale * $0 }
    guard scales.count == 1 || scales.count == values.count, scales.allSatisfy({ $0 > 0 }) else {
      return
    }
    let codes = values.enumerated().map { place, value in
      (value / scales[scales.count == 1 ? 0 : place]).rounded(.toNearestOrEven)
    }
    guard codes.allSatisfy({ abs($0) < 0x1p31 }) else {
      result.remarks.append(
        "the bias '\(bias.name)' stays float: its codes need more than 32 bits")
      return
    }
    let shape = scales.count == 1 ? [] : [scales.count]
    let codesTensor = ModelTensor(
      name: names("\(bias.name)_quantized"), type: .int32, shape: [values.count],
      integers: codes.map { Int($0) })
    result.sizes.biases += 4 * values.count
    result.sizes.scales += 4 * scales.count
    let scale = add(ModelTensor(name: names("\(bias.name)_scale"), shape: shape, scales))
    let dequantized = names("\(bias.name)_dequantized")
    var node = Node(
      "DequantizeLinear", name: dequantized, inputs: [add(codesTensor), scale],
      outputs: [dequantized])
    if scales.count > 1 { node.set("axis", 0) }
    first.append(node)
    insertions.replaced[bias.use] = dequantized
    result.tensors += 1
  }

  /// The model with everything in it.
  consuming func finish() throws -> QuantizedModel {
    guard result.tensors > 0 else {
      throw NetworkError(original.name, "nothing to quantize: no tensor has a range")
    }
    result.model.nodes = first + insertions.nodes(in: original)
    result.model.initializers += added
    result.model.removeUnreadConstants()
    try result.model.lift(to: operatorSet)
    try result.measureSizes()
    return result
  }

  /// Refuses codes that stand for anything else than multiples of a scale: operators cannot read them.
  private func check(_ range: TensorRange) throws {
    guard GridFamily.integers.contains(range.grid.family) else {
      throw NetworkError(
        original.name,
        "the ranges of '\(range.name)' are for \(range.grid); expected codes of whole numbers")
    }
  }

  private mutating func addQuantizer(
    _ constants: QuantizerConstants, _ name: String
  ) -> (scale: String, zeroPoint: String) {
    let scale = constants.scale(names("\(name)_scale"))
    let zero = constants.zeroPoint(names("\(name)_zero_point"))
    result.sizes.scales += scale.byteCount ?? 0
    result.sizes.zeroPoints += zero.byteCount ?? 0
    operatorSet = max(operatorSet, constants.type.operatorSet)
    return (add(scale), add(zero))
  }

  private mutating func add(_ tensor: ModelTensor) -> String {
    added.append(tensor)
    return tensor.name
  }
}

extension QuantizedModel {
  /// Counts what is neither codes, scales, zero points nor biases.
  mutating func measureSizes() throws {
    let constants = model.initializers + model.nodes.compactMap(\.constant)
    let floats = constants.filter { $0.type?.isFloat == true }
    sizes.floats = floats.reduce(0) { $0 + ($1.byteCount ?? 0) } - sizes.scales
    let external = constants.filter { $0.externalFile != nil }
      .reduce(0) { $0 + ($1.byteCount ?? 0) }
    let counted = sizes.codes + sizes.scales + sizes.zeroPoints + sizes.biases + sizes.floats
    sizes.rest = try model.bytes().count + external - counted
  }
}
