package import ModelFiles
internal import QuantizationCore
package import RangeFiles

extension Model {
  /// Rewrites linear operators so that activations get a range while the model runs.
  ///
  /// The nodes are those that `quantize_dynamic` of ONNX Runtime writes:
  ///
  /// ```
  /// x -> DynamicQuantizeLinear -> MatMulInteger or ConvInteger with the codes of the weight
  ///   -> Cast to float -> Mul by both scales -> Add the bias
  /// ```
  ///
  /// MatMul, Conv, and Gemm without factors and with the input as it is. Weights are symmetric codes of
  /// up to 8 bits, by tensor or by output channel.
  ///
  /// - Parameters:
  ///   - placement: Which tensors, of this model.
  ///   - ranges: The ranges of the weights; what has none stays float.
  ///   - values: The values of a constant that lies in a file beside the model.
  /// - Throws: ``NetworkError``, and what reading values throws.
  ///
  /// Complexity: O(nodes and weights).
  package func quantizedDynamically(
    _ placement: Placement, _ ranges: RangeSet, values: (ModelTensor) throws -> [Float]
  ) throws -> QuantizedModel {
    var rewrite = DynamicRewrite(self)
    let known = Dictionary(
      ranges.tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    for weight in placement.weights {
      guard let range = known[weight.name] else { continue }
      try rewrite.quantize(weight, range, values)
    }
    return try rewrite.finish()
  }
}

/// A model while products of integers are put into it.
private struct DynamicRewrite {
  private let original: Model
  private let index: GraphIndex
  private var names: FreshNames
  private var result: QuantizedModel
  /// The nodes in the place of a node.
  private var replaced: [Int: [Node]] = [:]
  /// The codes, scale and zero point of each activation that is quantized already, each once.
  private var quantized: [String: [String]] = [:]
  private var behind: [String: Node] = [:]
  private var added: [ModelTensor] = []
  /// Nodes that bring a bias that is computed into the shape of the products.
  private var reshapes: [Node] = []

  init(_ model: Model) {
    original = model
    index = GraphIndex(model)
    names = FreshNames(in: model)
    result = QuantizedModel(model: model)
  }

  mutating func quantize(
    _ weight: Placement.Weight, _ range: TensorRange, _ values: (ModelTensor) throws -> [Float]
  ) throws {
    guard range.kind == .weight, range.shape == weight.shape,
      let tensor = index.constants[weight.name]
    else { return }
    let nodes = weight.uses.filter { use in
      let reason = Self.obstacle(original.nodes[use.node], use, range, weight)
      if let reason {
        result.remarks.append("\(original.nodes[use.node].label) stays float: \(reason)")
      }
      return reason == nil
    }
    guard let first = nodes.first else { return }
    let values = try tensor.floats ?? values(tensor)
    let isTransposed = original.nodes[first.node].integer("transB") ?? 0 != 0
    let same = nodes.filter {
      (original.nodes[$0.node].integer("transB") ?? 0 != 0) == isTransposed
    }
    let constants = QuantizerConstants(
      range: isTransposed ? range.transposed : range)
    let codes = try constants.codes(
      isTransposed ? Self.transposed(values, range.shape) : values,
      names("\(weight.name)_quantized"))
    let zero = ModelTensor(
      name: names("\(weight.name)_zero_point"), type: constants.type, shape: [], integers: [0])
    let scale = scaleTensor(range, weight, original.nodes[first.node])
    result.sizes.codes += codes.byteCount ?? 0
    result.sizes.scales += scale.byteCount ?? 0
    result.sizes.zeroPoints += zero.byteCount ?? 0
    let parts = (codes: add(codes), zero: add(zero), scale: add(scale))
    for use in same { replace(use.node, parts.codes, parts.zero, parts.scale) }
    result.tensors += 1
  }

  /// Why a node cannot compute with integers; nothing where it can.
  private static func obstacle(
    _ node: Node, _ use: GraphIndex.Use, _ range: TensorRange, _ weight: Placement.Weight
  ) -> String? {
    if use.input != 1 { return "its first input is the constant" }
    if !GridFamily.integers.contains(range.grid.family) { return "its codes are no whole numbers" }
    if range.grid.bits.count > 8 || range.grid.bits.count == 4 {
      return "integer products take codes of one byte"
    }
    if range.grid.family.scheme != .symmetric { return "integer products need symmetric weights" }
    if range.granularity.groupSize != nil { return "integer products have no groups" }
    let fromBehind = weight.axis - range.shape.count
    let fitting: [Granularity] = [
      .tensor, .channel(axis: weight.axis), .channel(axis: fromBehind),
    ]
    if !fitting.contains(range.granularity) {
      return "its ranges are for \(range.granularity); expected channel:\(weight.axis)"
    }
    switch node.operation {
    case "MatMul" where range.shape.count == 2: return nil
    case "MatMul": return "its weight is no matrix"
    case "Conv": return nil
    case "Gemm":
      let factors = (node.float("alpha") ?? 1, node.float("beta") ?? 1)
      return factors == (1, 1) && node.integer("transA") ?? 0 == 0
        ? nil : "it has factors or a transposed input"
    default: return "there are no integer products for it"
    }
  }

  /// Scales in a shape that multiplies the products: along the last axis of a matrix, along the
  /// channels of a convolution.
  private mutating func scaleTensor(
    _ range: TensorRange, _ weight: Placement.Weight, _ node: Node
  ) -> ModelTensor {
    let name = names("\(weight.name)_scale")
    let ones = node.operation == "Conv" ? range.shape.count - 2 : 0
    let shape =
      range.scales.count == 1 ? [] : [range.scales.count] + [Int](repeating: 1, count: ones)
    return ModelTensor(name: name, shape: shape, range.scales)
  }

  private mutating func replace(_ place: Int, _ codes: String, _ zero: String, _ scale: String) {
    let node = original.nodes[place]
    let base = node.outputs[0]
    let input = quantizedInput(node.inputs[0])
    let isConv = node.operation == "Conv"
    let sums = names("\(base)_sums")
    var product = node
    product.operation = isConv ? "ConvInteger" : "MatMulInteger"
    product.name = sums
    product.inputs = [input[0], codes, input[2], zero]
    product.outputs = [sums]
    for name in ["transA", "transB", "alpha", "beta"] { product.remove(name) }
    let floats = names("\(base)_sums_float")
    var cast = Node("Cast", name: floats, inputs: [sums], outputs: [floats])
    cast.set("to", 1)
    let scales = names("\(base)_scales")
    let bias = node.input(2)
    reshapes = []
    let added = bias.map { isConv ? reshapedBias($0, node) : $0 }
    let scaled = bias == nil ? base : names("\(base)_scaled")
    var nodes =
      reshapes + [
        product, cast, Node("Mul", name: scales, inputs: [input[1], scale], outputs: [scales]),
        Node("Mul", name: names("\(base)_scaling"), inputs: [floats, scales], outputs: [scaled]),
      ]
    if let added {
      nodes.append(
        Node("Add", name: names("\(base)_bias"), inputs: [scaled, added], outputs: [base]))
    }
    replaced[place] = nodes
  }

  /// A bias along the channels of a convolution.
  private mutating func reshapedBias(_ name: String, _ node: Node) -> String {
    let rank = index.constants[node.inputs[1]]?.shape.count ?? 0
    let ones = [Int](repeating: 1, count: max(0, rank - 2))
    let reshaped = names("\(name)_reshaped")
    if let bias = index.constants[name]?.floats {
      return add(ModelTensor(name: reshaped, shape: [bias.count] + ones, bias))
    }
    // One that is computed, or lies in another file.
    let shape = ModelTensor(
      name: names("\(name)_shape"), type: .int64, shape: [1 + ones.count], integers: [-1] + ones)
    reshapes.append(
      Node("Reshape", name: reshaped, inputs: [name, add(shape)], outputs: [reshaped]))
    return reshaped
  }

  /// The codes, the scale and the zero point of an activation.
  private mutating func quantizedInput(_ name: String) -> [String] {
    if let known = quantized[name] { return known }
    let outputs = ["quantized", "scale", "zero_point"].map { names("\(name)_\($0)") }
    behind[name] = Node(
      "DynamicQuantizeLinear", name: names("\(name)_DynamicQuantizeLinear"), inputs: [name],
      outputs: outputs)
    quantized[name] = outputs
    return outputs
  }

  consuming func finish() throws -> QuantizedModel {
    guard result.tensors > 0 else {
      throw NetworkError(
        original.name,
        "nothing to quantize: \(result.remarks.first ?? "no weight has a range")")
    }
    var nodes = original.inputs.compactMap { behind[$0.name] }
    nodes += original.initializers.compactMap { behind[$0.name] }
    for (place, node) in original.nodes.enumerated() {
      nodes += replaced[place] ?? [node]
      nodes += node.outputs.compactMap { behind[$0] }
    }
    result.model.nodes = nodes
    result.model.initializers += added
    result.model.removeUnreadConstants()
    try result.measureSizes()
    return result
  }

  private mutating func add(_ tensor: ModelTensor) -> String {
    added.append(tensor)
    return tensor.name
  }

  /// A matrix with rows and columns exchanged.
  private static func transposed(_ values: [Float], _ shape: [Int]) -> [Float] {
    let (rows, columns) = (shape[0], shape[1])
    return (0..<values.count).map { values[$0 % rows * columns + $0 / rows] }
  }
}

extension TensorRange {
  /// The ranges of a matrix with rows and columns exchanged.
  fileprivate var transposed: TensorRange {
    TensorRange(
      name: name, kind: kind, shape: shape.reversed(),
      granularity: granularity.onlyAxis.map { .channel(axis: $0 < 0 ? -1 - $0 : 1 - $0) }
        ?? .tensor, grid: grid,
      estimator: estimator, scales: scales, zeroPoints: zeroPoints)
  }
}
