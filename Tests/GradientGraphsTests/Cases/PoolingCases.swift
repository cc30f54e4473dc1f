import _TestSupport

extension GradientCase {
  /// Pooling over windows and over whole channels.
  static let pooling: [GradientCase] = largest + averages

  private static func maximum(
    _ title: String, _ shape: [Int], kernel: [Int], _ plan: WindowPlan,
    ceil: Bool = false
  ) -> GradientCase {
    GradientCase(
      title: "MaxPool \(title)", variables: [Variable("x", shape)],
      operations: [
        .init(
          "MaxPool", ["x"], ["y"],
          pairs: plan.attributes + [
            ("kernel_shape", .ints(kernel)), ("ceil_mode", .int(ceil ? 1 : 0)),
          ])
      ])
  }

  private static let largest: [GradientCase] = [
    maximum("2x2", [2, 2, 4, 6], kernel: [2, 2], WindowPlan(strides: [2, 2])),
    maximum(
      "overlapping and padded", [2, 2, 5, 5], kernel: [3, 3],
      WindowPlan(strides: [2, 2], pads: [1, 1, 1, 1])),
    maximum("dilated", [1, 2, 7, 7], kernel: [2, 2], WindowPlan(dilations: [2, 2])),
    maximum("1-D, rounded up", [2, 2, 6], kernel: [3], WindowPlan(strides: [2]), ceil: true),
    GradientCase(
      title: "GlobalMaxPool", variables: [Variable("x", [2, 3, 4, 5])],
      operations: [.init("GlobalMaxPool", ["x"], ["y"])],
      reference: { values in
        (0..<6).map { plane in values[0][plane * 20..<(plane + 1) * 20].max() ?? 0 }
      }, isDouble: false),
  ]

  private static func average(
    _ title: String, _ shape: [Int], kernel: [Int], _ plan: WindowPlan, countsPadding: Bool = false
  ) -> GradientCase {
    let window = plan.resolved(kernel: kernel, input: Array(shape.dropFirst(2)))
    let planes = shape[0] * shape[1]
    return GradientCase(
      title: "AveragePool \(title)", variables: [Variable("x", shape)],
      operations: [
        .init(
          "AveragePool", ["x"], ["y"],
          pairs: plan.attributes + [
            ("kernel_shape", .ints(kernel)), ("count_include_pad", .int(countsPadding ? 1 : 0)),
          ])
      ],
      reference: {
        DoubleReference.averagePool(
          $0[0], planes: planes, window, countsPadding: countsPadding)
      }, isDouble: false)
  }

  private static let averages: [GradientCase] = [
    average("2x2", [2, 2, 4, 6], kernel: [2, 2], WindowPlan(strides: [2, 2])),
    average("overlapping", [2, 2, 5, 4], kernel: [3, 2], WindowPlan()),
    average("with a rest", [2, 2, 6, 7], kernel: [2, 3], WindowPlan(strides: [3, 2])),
    average(
      "padded", [2, 2, 5, 5], kernel: [3, 3], WindowPlan(strides: [2, 2], pads: [1, 1, 1, 1])),
    average(
      "padding counts", [2, 2, 5, 6], kernel: [3, 3],
      WindowPlan(strides: [2, 2], pads: [1, 0, 1, 1]), countsPadding: true),
    average(
      "SAME_UPPER", [2, 2, 6, 5], kernel: [3, 2],
      WindowPlan(strides: [2, 2], automatic: "SAME_UPPER")
    ),
    average("1-D", [2, 2, 7], kernel: [3], WindowPlan(strides: [2])),
    GradientCase(
      title: "GlobalAveragePool", variables: [Variable("x", [2, 3, 4, 5])],
      operations: [.init("GlobalAveragePool", ["x"], ["y"])],
      reference: { values in
        (0..<6).map { plane in values[0][plane * 20..<(plane + 1) * 20].reduce(0, +) / 20 }
      }, isDouble: false),
  ]
}
