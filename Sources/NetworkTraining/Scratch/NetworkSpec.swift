/// A small network as a list of layers, which is made from nothing.
package struct NetworkSpec: Hashable, Sendable {
  /// One layer.
  package enum Layer: Hashable, Sendable {
    /// A convolution with a bias: its output channels, the side of its square kernel, the stride, the groups
    /// of channels and whether the image is padded to keep its size (at stride 1).
    case convolution(outputs: Int, kernel: Int, stride: Int, groups: Int, isPadded: Bool)
    /// A convolution of each channel by itself.
    case depthwise(kernel: Int, stride: Int, isPadded: Bool)
    /// Batch normalization of the channels.
    case batchNormalization
    /// `max(x, 0)`.
    case relu
    /// The largest value of each window.
    case maxPool(kernel: Int, stride: Int)
    /// The mean of each window.
    case averagePool(kernel: Int, stride: Int)
    /// The mean of each channel, which leaves a row of numbers.
    case globalAveragePool
    /// All values in a row.
    case flatten
    /// A linear layer with a bias: its outputs.
    case linear(outputs: Int)
  }

  /// The name of the network.
  package let name: String
  /// The name of its input.
  package let input: String
  /// The shape of a sample, such as `[1, 28, 28]`.
  package let shape: [Int]
  /// The number of classes, which the last layer must make.
  package let classes: Int
  /// The layers in order.
  package let layers: [Layer]

  /// A network of layers.
  package init(name: String, input: String, shape: [Int], classes: Int, layers: [Layer]) {
    (self.name, self.input, self.shape) = (name, input, shape)
    (self.classes, self.layers) = (classes, layers)
  }

  /// The shapes of a sample behind each layer.
  ///
  /// - Throws: ``TrainingError``, which names the layer that does not fit what comes before it, or says that
  ///   the last one does not make the classes.
  package func shapes() throws(TrainingError) -> [[Int]] {
    var shapes: [[Int]] = []
    var shape = shape
    for (place, layer) in layers.enumerated() {
      func fault(_ reason: String) -> TrainingError {
        TrainingError("\(name): layers[\(place)], \(layer.word): \(reason)")
      }
      guard layer.takesAnything || shape.count == (layer.takesImages ? 3 : 1) else {
        throw fault(
          "its input has the shape \(shape); expected "
            + (layer.takesImages ? "[channels, height, width]" : "a row: put flatten before it"))
      }
      if case .convolution(let outputs, _, _, let groups, _) = layer,
        shape[0] % groups != 0 || outputs % groups != 0
      {
        throw fault(
          "\(groups) groups of \(shape[0]) inputs and \(outputs) outputs; expected a divisor")
      }
      guard let next = layer.shape(behind: shape) else {
        throw fault("its window is larger than the image of the shape \(shape)")
      }
      shape = next
      shapes.append(shape)
    }
    guard shape == [classes] else {
      throw TrainingError(
        "\(name): the last layer makes the shape \(shape); expected [\(classes)], one for each class"
      )
    }
    return shapes
  }
}

extension NetworkSpec.Layer {
  /// The word for the layer in a file.
  package var word: String {
    switch self {
    case .convolution: "conv"
    case .depthwise: "depthwise"
    case .batchNormalization: "batch-norm"
    case .relu: "relu"
    case .maxPool: "max-pool"
    case .averagePool: "average-pool"
    case .globalAveragePool: "global-average-pool"
    case .flatten: "flatten"
    case .linear: "linear"
    }
  }

  /// Whether any shape will do.
  fileprivate var takesAnything: Bool {
    switch self {
    case .relu, .flatten: true
    default: false
    }
  }

  /// Whether the layer needs channels of images, and no row of numbers.
  fileprivate var takesImages: Bool {
    if case .linear = self { return false }
    return true
  }

  /// The shape behind the layer; nothing where its window does not fit.
  fileprivate func shape(behind shape: [Int]) -> [Int]? {
    func windows(_ channels: Int, _ kernel: Int, _ stride: Int, padding: Int) -> [Int]? {
      let sides = shape.dropFirst().map { ($0 + 2 * padding - kernel) / stride + 1 }
      let fits = shape.dropFirst().allSatisfy { $0 + 2 * padding >= kernel }
      return fits ? [channels] + sides : nil
    }
    switch self {
    case .convolution(let outputs, let kernel, let stride, _, let isPadded):
      return windows(outputs, kernel, stride, padding: isPadded ? kernel / 2 : 0)
    case .depthwise(let kernel, let stride, let isPadded):
      return windows(shape[0], kernel, stride, padding: isPadded ? kernel / 2 : 0)
    case .maxPool(let kernel, let stride), .averagePool(let kernel, let stride):
      return windows(shape[0], kernel, stride, padding: 0)
    case .batchNormalization, .relu: return shape
    case .globalAveragePool: return [shape[0]]
    case .flatten: return [shape.reduce(1, *)]
    case .linear(let outputs): return [outputs]
    }
  }
}
