import GradientGraphs
import _TestSupport

extension GradientCase {
  /// Normalizations and softmaxes.
  static let normalization: [GradientCase] = batches + instances + layers + softmaxes

  /// A batch normalization by its running statistics; the statistics of a batch need no others.
  private static func batch(
    _ title: String, _ shape: [Int], _ mode: BatchNormalizationMode
  ) -> GradientCase {
    let channels = shape[1]
    // Statistics are no parameters: constants, made from numbers.
    let statistics: [ModelSketch.Operation] = ["mean", "variance"].map {
      .init("Expand", ["\($0) number", "channels"], [$0])
    }
    return GradientCase(
      title: "BatchNormalization \(title)",
      variables: [
        Variable("x", shape), Variable("gamma", [channels], in: 0.5...2, seed: 2),
        Variable("beta", [channels], seed: 3),
      ], integers: ["channels": [channels]],
      numbers: ["mean number": 0.2, "variance number": 1.7],
      operations: statistics + [
        .init(
          "BatchNormalization", ["x", "gamma", "beta", "mean", "variance"], ["y"],
          ["epsilon": .float(0.01)])
      ], mode: mode)
  }

  private static let batches: [GradientCase] = [
    batch("of the batch", [3, 2, 2, 3], .batch), batch("frozen", [3, 2, 2, 3], .frozen),
    batch("of a batch of vectors", [5, 3], .batch), batch("frozen, vectors", [5, 3], .frozen),
    batch("of the batch, 1-D", [2, 3, 4], .batch),
  ]

  private static func instance(_ title: String, _ shape: [Int]) -> GradientCase {
    let (channels, count) = (shape[1], shape.dropFirst(2).reduce(1, *))
    return GradientCase(
      title: "InstanceNormalization \(title)",
      variables: [
        Variable("x", shape), Variable("gamma", [channels], in: 0.5...2, seed: 2),
        Variable("beta", [channels], seed: 3),
      ],
      operations: [
        .init("InstanceNormalization", ["x", "gamma", "beta"], ["y"], ["epsilon": .float(0.01)])
      ],
      reference: { values in
        (0..<shape[0] * channels).flatMap { plane in
          let x = values[0][plane * count..<(plane + 1) * count]
          let mean = x.reduce(0, +) / Double(count)
          let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
          // The attribute is a Float.
          let gain = values[1][plane % channels] / (variance + Double(Float(0.01))).squareRoot()
          return x.map { ($0 - mean) * gain + values[2][plane % channels] }
        }
      }, isDouble: false)
  }

  private static let instances: [GradientCase] = [
    instance("of images", [2, 3, 3, 4]), instance("1-D", [2, 2, 7]),
  ]

  private static func layer(
    _ title: String, _ shape: [Int], axis: Int?, hasBias: Bool = true
  ) -> GradientCase {
    let own = Array(shape[(axis.map { $0 < 0 ? $0 + shape.count : $0 } ?? shape.count - 1)...])
    var attributes: [(name: String, value: ModelSketch.Value)] = [("epsilon", .float(0.01))]
    if let axis { attributes.append(("axis", .int(axis))) }
    return GradientCase(
      title: "LayerNormalization \(title)",
      variables: [Variable("x", shape), Variable("gamma", own, in: 0.5...2, seed: 2)]
        + (hasBias ? [Variable("beta", own, seed: 3)] : []),
      operations: [
        .init(
          "LayerNormalization", ["x", "gamma"] + (hasBias ? ["beta"] : []), ["y"],
          pairs: attributes)
      ])
  }

  private static let layers: [GradientCase] = [
    layer("by default", [2, 3, 5], axis: nil), layer("over two axes", [2, 3, 4], axis: 1),
    layer("over two axes from the end", [2, 3, 4], axis: -2, hasBias: false),
  ]

  private static let softmaxes: [GradientCase] = ["Softmax", "LogSoftmax"].flatMap { operation in
    [
      GradientCase(
        title: "\(operation) of the last axis", variables: [Variable("x", [3, 4], in: -2...2)],
        operations: [.init(operation, ["x"], ["y"])]),
      GradientCase(
        title: "\(operation) of a middle axis", variables: [Variable("x", [2, 3, 2], in: -2...2)],
        operations: [.init(operation, ["x"], ["y"], ["axis": .int(1)])]),
    ]
  }
}
