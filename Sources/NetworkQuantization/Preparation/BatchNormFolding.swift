package import ModelFiles

extension Model {
  /// Folds batch normalization into the linear operator before it.
  ///
  /// With `s = gamma / sqrt(variance + epsilon)` for each output channel, `W' = s W` and
  /// `b' = s (b - mean) + beta`: Jacob et al., "Quantization and Training of Neural Networks for
  /// Efficient Integer-Arithmetic-Only Inference", section 3.2. Computed in Double, rounded once.
  ///
  /// Folded are Conv (depthwise too), ConvTranspose and Gemm whose result only the normalization
  /// reads, where all parameters are constant float32 tensors in the model.
  ///
  /// - Returns: The labels of the normalizations that are folded.
  ///
  /// Complexity: O(nodes and weights).
  package mutating func foldBatchNormalization() -> [String] {
    let index = GraphIndex(self)
    var names = FreshNames(in: self)
    var folded: [Int: Int] = [:]
    var replaced: [String: ModelTensor] = [:]
    for (place, node) in nodes.enumerated() {
      guard let norm = NormalizationScales(node, index),
        let source = node.input(0).flatMap({ index.makers[$0] }),
        index.onlyReader(of: node.inputs[0]) == place,
        let linear = LinearParameters(nodes[source], index),
        let scaled = linear.scaled(by: norm)
      else { continue }
      let weight = names("\(linear.weightName)_folded")
      let bias = names("\(linear.weightName)_bias_folded")
      replaced[weight] = ModelTensor(name: weight, shape: linear.shape, scaled.weights)
      replaced[bias] = ModelTensor(name: bias, shape: [scaled.bias.count], scaled.bias)
      nodes[source].inputs = [nodes[source].inputs[0], weight, bias]
      // The bias is the whole of it: whatever a Gemm did to its own.
      if nodes[source].operation == "Gemm" { nodes[source].remove("beta") }
      nodes[source].outputs = [node.outputs[0]]
      initializers += [replaced[weight], replaced[bias]].compactMap { $0 }
      folded[place] = source
    }
    let labels = folded.keys.sorted().map { nodes[$0].label }
    nodes = nodes.enumerated().filter { folded[$0.offset] == nil }.map(\.element)
    if !labels.isEmpty { removeUnreadConstants() }
    return labels
  }

  /// Takes away the constants that nothing reads.
  package mutating func removeUnreadConstants() {
    let index = GraphIndex(self)
    func isRead(_ name: String) -> Bool { index.uses[name] != nil || index.kept.contains(name) }
    initializers.removeAll { !isRead($0.name) }
    nodes.removeAll { $0.constant != nil && !$0.outputs.contains(where: isRead) }
  }
}

/// What a batch normalization does to each channel: `y = scale (x - mean) + shift`.
private struct NormalizationScales {
  let scale: [Double]
  let mean: [Double]
  let shift: [Double]

  init?(_ node: Node, _ index: GraphIndex) {
    guard node.operation == "BatchNormalization", node.domain.isEmpty,
      node.integer("training_mode") ?? 0 == 0,
      node.outputs.dropFirst().allSatisfy(\.isEmpty), node.inputs.count == 5
    else { return nil }
    let parameters = node.inputs[1...].compactMap { index.constants[$0]?.floats?.map(Double.init) }
    guard parameters.count == 4, Set(parameters.map(\.count)).count == 1 else { return nil }
    let epsilon = Double(node.float("epsilon") ?? 1e-5)
    scale = zip(parameters[0], parameters[3]).map { $0 / ($1 + epsilon).squareRoot() }
    (mean, shift) = (parameters[2], parameters[1])
    guard scale.allSatisfy(\.isFinite) else { return nil }
  }
}

/// Weights and bias of a linear operator that are constant.
private struct LinearParameters {
  let weightName: String
  let shape: [Int]
  let weights: [Float]
  private let bias: [Float]?
  private let biasShape: [Int]
  private let biasFactor: Double
  /// The output channel of each weight.
  private let channel: (Int) -> Int
  private let channels: Int

  init?(_ node: Node, _ index: GraphIndex) {
    guard node.domain.isEmpty, let name = node.input(1), let tensor = index.constants[name],
      tensor.type == .float32, let values = tensor.floats, !values.isEmpty
    else { return nil }
    (weightName, shape, weights) = (name, tensor.shape, values)
    if let bias = node.input(2) {
      guard let values = index.constants[bias]?.floats else { return nil }
      self.bias = values
      biasShape = index.constants[bias]?.shape ?? []
    } else {
      bias = nil
      biasShape = []
    }
    let shape = shape
    switch node.operation {
    case "Conv":
      guard shape.count >= 2 else { return nil }
      channels = shape[0]
      let size = values.count / shape[0]
      channel = { $0 / size }
      biasFactor = 1
    case "ConvTranspose":
      guard shape.count >= 2 else { return nil }
      let groups = max(1, node.integer("group") ?? 1)
      guard shape[0] % groups == 0 else { return nil }
      channels = shape[1] * groups
      let size = values.count / shape[0] / shape[1]
      let (rows, inGroup) = (shape[0] / groups, shape[1])
      channel = { $0 / size / inGroup / rows * inGroup + $0 / size % inGroup }
      biasFactor = 1
    case "Gemm":
      guard shape.count == 2 else { return nil }
      let (columns, isTransposed) = (shape[1], node.integer("transB") ?? 0 != 0)
      channels = isTransposed ? shape[0] : columns
      channel = { isTransposed ? $0 / columns : $0 % columns }
      biasFactor = Double(node.float("beta") ?? 1)
    default: return nil
    }
    // A Gemm may add a row, or one number, to all channels; a column is no bias of channels.
    guard let bias else { return }
    guard
      bias.count == channels && biasShape.last == channels
        || bias.count == 1 && node.operation == "Gemm"
    else { return nil }
  }

  /// The parameters with the normalization in them; nothing where it has other channels.
  func scaled(by norm: NormalizationScales) -> (weights: [Float], bias: [Float])? {
    guard norm.scale.count == channels else { return nil }
    let newWeights = weights.indices.map { Float(Double(weights[$0]) * norm.scale[channel($0)]) }
    let newBias = norm.scale.indices.map { place in
      let own = bias.map { Double($0[$0.count == 1 ? 0 : place]) * biasFactor } ?? 0
      return Float(norm.scale[place] * (own - norm.mean[place]) + norm.shift[place])
    }
    return (newWeights, newBias)
  }
}
