package import ModelFiles
internal import ScientificMath

extension NetworkSpec {
  /// The network as an ONNX model with starting weights.
  ///
  /// Weights are normal numbers of the deviation sqrt(2 / n), where n is the number of inputs that one output
  /// sums (He et al., "Delving Deep into Rectifiers", 2015); sqrt(1 / n) in the last layer, which no Relu
  /// follows. Biases are 0; batch normalization begins as the identity.
  ///
  /// - Parameter seed: The seed of the weights.
  /// - Throws: ``TrainingError`` where layers do not fit each other.
  ///
  /// Complexity: O(weights).
  package func model(seed: UInt64) throws -> Model {
    let shapes = try shapes()
    var scratch = try ScratchModel(seed: seed)
    var tensor = input
    for (place, layer) in layers.enumerated() {
      let isLast = place == layers.count - 1
      let output = isLast ? "logits" : "\(layer.word.replacing("-", with: "_"))\(place)"
      try scratch.add(
        layer, from: tensor, to: output, shape: place == 0 ? shape : shapes[place - 1],
        isLast: layers[place...].dropFirst().allSatisfy { $0 != .relu })
      tensor = output
    }
    return try Model(
      name: "\(name).onnx", operatorSet: 17,
      inputs: [ModelPort(name: input, type: .float32, shape: [nil] + shape)],
      outputs: [ModelPort(name: tensor, type: .float32, shape: [nil, classes])],
      nodes: scratch.nodes,
      initializers: scratch.initializers)
  }
}

/// A model while layers are added to it.
private struct ScratchModel: ~Copyable {
  private(set) var nodes: [Node] = []
  private(set) var initializers: [ModelTensor] = []
  private var random: RandomSource

  init(seed: UInt64) throws { random = try RandomSource(seed: seed) }

  mutating func add(
    _ layer: NetworkSpec.Layer, from input: String, to output: String, shape: [Int], isLast: Bool
  ) throws {
    let channels = shape[0]
    switch layer {
    case .convolution(let outputs, let kernel, let stride, let groups, let isPadded):
      convolve(
        input, output, [outputs, channels / groups, kernel, kernel], stride, groups, isPadded)
    case .depthwise(let kernel, let stride, let isPadded):
      convolve(input, output, [channels, 1, kernel, kernel], stride, channels, isPadded)
    case .batchNormalization:
      let parameters = [("gamma", 1), ("beta", 0), ("mean", 0), ("variance", 1)].map {
        constant("\(output).\($0)", [channels], [Float](repeating: $1, count: channels))
      }
      append("BatchNormalization", [input] + parameters, output)
    case .relu: append("Relu", [input], output)
    case .maxPool(let kernel, let stride):
      append("MaxPool", [input], output)
      setWindow(kernel, stride)
    case .averagePool(let kernel, let stride):
      append("AveragePool", [input], output)
      setWindow(kernel, stride)
    case .globalAveragePool:
      append("GlobalAveragePool", [input], "\(output)_image")
      append("Flatten", ["\(output)_image"], output)
    case .flatten: append("Flatten", [input], output)
    case .linear(let outputs):
      let weight = weights("\(output).weight", [outputs, channels], gain: isLast ? 1 : 2)
      append("Gemm", [input, weight, zeros("\(output).bias", outputs)], output)
      nodes[nodes.count - 1].set("transB", 1)
    }
  }

  private mutating func convolve(
    _ input: String, _ output: String, _ shape: [Int], _ stride: Int, _ groups: Int,
    _ isPadded: Bool
  ) {
    let weight = weights("\(output).weight", shape, gain: 2)
    append("Conv", [input, weight, zeros("\(output).bias", shape[0])], output)
    setWindow(shape[2], stride)
    nodes[nodes.count - 1].set("group", groups)
    let padding = isPadded ? shape[2] / 2 : 0
    nodes[nodes.count - 1].set("pads", [padding, padding, padding, padding])
  }

  private mutating func append(_ operation: String, _ inputs: [String], _ output: String) {
    nodes.append(Node(operation, name: output, inputs: inputs, outputs: [output]))
  }

  private mutating func setWindow(_ kernel: Int, _ stride: Int) {
    nodes[nodes.count - 1].set("kernel_shape", [kernel, kernel])
    nodes[nodes.count - 1].set("strides", [stride, stride])
  }

  private mutating func zeros(_ name: String, _ count: Int) -> String {
    constant(name, [count], [Float](repeating: 0, count: count))
  }

  /// Normal numbers of the variance `gain` by the number of inputs.
  private mutating func weights(_ name: String, _ shape: [Int], gain: Double) -> String {
    let deviation = (gain / Double(shape.dropFirst().reduce(1, *))).squareRoot()
    var values: [Float] = []
    for _ in 0..<shape.reduce(1, *) { values.append(Float(deviation * random.gaussian())) }
    return constant(name, shape, values)
  }

  private mutating func constant(_ name: String, _ shape: [Int], _ values: [Float]) -> String {
    initializers.append(ModelTensor(name: name, shape: shape, values))
    return name
  }
}
