import _TestSupport

extension GradientCase {
  /// Conv, Gemm and MatMul in their forms.
  static let linear: [GradientCase] = gemms + matrixProducts + convolutions + transposes

  private static let gemms: [GradientCase] = [
    GradientCase(
      title: "Gemm alpha, beta, a row",
      variables: [
        Variable("a", [3, 4]), Variable("b", [4, 5], seed: 2), Variable("c", [5], seed: 3),
      ],
      operations: [
        .init("Gemm", ["a", "b", "c"], ["y"], ["alpha": .float(0.5), "beta": .float(1.5)])
      ]),
    GradientCase(
      title: "Gemm transA, transB, a column",
      variables: [
        Variable("a", [4, 3]), Variable("b", [5, 4], seed: 2), Variable("c", [3, 1], seed: 3),
      ],
      operations: [
        .init("Gemm", ["a", "b", "c"], ["y"], ["transA": .int(1), "transB": .int(1)])
      ]),
    GradientCase(
      title: "Gemm transA",
      variables: [Variable("a", [4, 3]), Variable("b", [4, 5], seed: 2)],
      operations: [.init("Gemm", ["a", "b"], ["y"], ["transA": .int(1)])]),
    GradientCase(
      title: "Gemm transB, one number",
      variables: [
        Variable("a", [3, 4]), Variable("b", [5, 4], seed: 2), Variable("c", [1], seed: 3),
      ],
      operations: [.init("Gemm", ["a", "b", "c"], ["y"], ["transB": .int(1)])]),
  ]

  private static func product(
    _ title: String, _ left: [Int], _ right: [Int], isHidden: Bool = true
  ) -> GradientCase {
    GradientCase(
      title: "MatMul \(title)",
      variables: [
        Variable("a", left, isHidden: isHidden), Variable("b", right, seed: 2, isHidden: isHidden),
      ],
      operations: [.init("MatMul", ["a", "b"], ["y"])])
  }

  private static let matrixProducts: [GradientCase] = [
    product("of matrices", [3, 4], [4, 2]),
    product("of stacks", [2, 3, 4], [2, 4, 2]),
    product("of a stack and a matrix", [2, 2, 3, 4], [4, 2]),
    product("of a matrix and a stack", [3, 4], [2, 4, 2]),
    product("of broadcast stacks", [2, 1, 3, 4], [3, 4, 2]),
    product("of a matrix and a vector", [2, 3, 4], [4], isHidden: false),
    product("of a vector and a matrix", [4], [4, 3], isHidden: false),
    product("of a vector and a stack", [4], [2, 4, 3], isHidden: false),
    product("of vectors", [4], [4], isHidden: false),
  ]

  /// A convolution with a bias.
  private static func convolution(
    _ title: String, _ input: [Int], _ weight: [Int], _ plan: WindowPlan = WindowPlan(),
    group: Int = 1, saysKernel: Bool = true
  ) -> GradientCase {
    var attributes = plan.attributes
    attributes.append(("group", .int(group)))
    if saysKernel { attributes.append(("kernel_shape", .ints(Array(weight.dropFirst(2))))) }
    let window = plan.resolved(kernel: Array(weight.dropFirst(2)), input: Array(input.dropFirst(2)))
    return GradientCase(
      title: "Conv \(title)",
      variables: [
        Variable("x", input), Variable("w", weight, seed: 2, isHidden: false),
        Variable("b", [weight[0]], seed: 3),
      ],
      operations: [.init("Conv", ["x", "w", "b"], ["y"], pairs: attributes)],
      reference: { values in
        DoubleReference.convolution(
          values[0], input, values[1], weight, bias: values[2], window, group: group)
      },
      isDouble: false)
  }

  private static let convolutions: [GradientCase] = [
    convolution("3x3", [2, 3, 5, 6], [4, 3, 3, 3]),
    convolution("1x1", [2, 3, 4, 4], [4, 3, 1, 1]),
    convolution("padded", [2, 2, 5, 5], [3, 2, 3, 3], WindowPlan(pads: [1, 1, 1, 1])),
    convolution("unevenly padded", [1, 2, 5, 6], [3, 2, 3, 2], WindowPlan(pads: [0, 1, 2, 1])),
    convolution(
      "stride 2, to the end", [2, 2, 7, 7], [3, 2, 3, 3],
      WindowPlan(strides: [2, 2], pads: [1, 1, 1, 1])),
    convolution(
      "stride 2, a rest", [2, 2, 8, 6], [3, 2, 3, 3],
      WindowPlan(strides: [2, 2], pads: [1, 1, 1, 1])),
    convolution(
      "stride 3 beyond the kernel", [1, 2, 8, 9], [3, 2, 2, 1], WindowPlan(strides: [3, 3])),
    convolution("dilated", [1, 2, 7, 8], [2, 2, 3, 2], WindowPlan(dilations: [2, 3])),
    convolution(
      "dilated, strided and padded", [2, 2, 9, 8], [2, 2, 3, 3],
      WindowPlan(strides: [2, 1], dilations: [2, 2], pads: [2, 1, 1, 2])),
    convolution("groups", [2, 4, 5, 5], [6, 2, 3, 3], WindowPlan(pads: [1, 1, 1, 1]), group: 2),
    convolution(
      "groups and stride", [2, 6, 6, 5], [3, 2, 3, 2], WindowPlan(strides: [2, 2]), group: 3),
    convolution(
      "depthwise", [2, 3, 5, 5], [3, 1, 3, 3], WindowPlan(pads: [1, 1, 1, 1]), group: 3),
    convolution(
      "depthwise with a multiplier", [2, 2, 6, 6], [4, 1, 3, 3], WindowPlan(strides: [2, 2]),
      group: 2),
    convolution("1-D", [2, 3, 9], [4, 3, 3], WindowPlan(strides: [2], pads: [1, 1])),
    convolution("1-D groups", [2, 4, 9], [4, 2, 3], WindowPlan(dilations: [2]), group: 2),
    convolution("SAME_UPPER", [2, 2, 5, 6], [3, 2, 2, 4], WindowPlan(automatic: "SAME_UPPER")),
    convolution(
      "SAME_UPPER, stride 2", [2, 2, 6, 7], [3, 2, 3, 3],
      WindowPlan(strides: [2, 2], automatic: "SAME_UPPER")),
    convolution(
      "SAME_LOWER, stride 2", [2, 2, 6, 7], [3, 2, 3, 3],
      WindowPlan(strides: [2, 2], automatic: "SAME_LOWER")),
    convolution("VALID", [1, 2, 5, 5], [3, 2, 3, 3], WindowPlan(automatic: "VALID")),
    convolution("without kernel_shape", [1, 2, 5, 5], [3, 2, 3, 3], saysKernel: false),
  ]

  /// A transposed convolution with a bias, of an input so large that its output is `output`.
  private static func transpose(
    _ title: String, _ input: [Int], _ weight: [Int], to output: [Int],
    _ plan: WindowPlan = WindowPlan(), outputPadding: [Int]? = nil, group: Int = 1
  ) -> GradientCase {
    var attributes = plan.attributes
    attributes.append(("group", .int(group)))
    if let outputPadding { attributes.append(("output_padding", .ints(outputPadding))) }
    let window = plan.resolved(kernel: Array(weight.dropFirst(2)), input: output)
    return GradientCase(
      title: "ConvTranspose \(title)",
      variables: [
        Variable("x", input), Variable("w", weight, seed: 2, isHidden: false),
        Variable("b", [weight[1] * group], seed: 3),
      ],
      operations: [.init("ConvTranspose", ["x", "w", "b"], ["y"], pairs: attributes)],
      reference: { values in
        DoubleReference.convolutionTranspose(
          values[0], input, values[1], weight, bias: values[2], window, group: group)
      },
      isDouble: false)
  }

  private static let transposes: [GradientCase] = [
    transpose(
      "2x2, stride 2", [2, 3, 3, 4], [3, 2, 2, 2], to: [6, 8], WindowPlan(strides: [2, 2])),
    transpose("3x3", [1, 2, 4, 3], [2, 3, 3, 3], to: [6, 5]),
    transpose(
      "padded, with an output padding", [2, 2, 3, 4], [2, 3, 3, 3], to: [6, 8],
      WindowPlan(strides: [2, 2], pads: [1, 1, 1, 1]), outputPadding: [1, 1]),
    transpose(
      "dilated, unevenly padded", [1, 2, 4, 4], [2, 2, 2, 3], to: [5, 6],
      WindowPlan(dilations: [2, 1], pads: [1, 0, 0, 0])),
    transpose(
      "groups", [2, 4, 3, 3], [4, 3, 2, 2], to: [5, 5],
      WindowPlan(strides: [2, 2], pads: [1, 0, 0, 1]),
      group: 2),
    transpose(
      "1-D depthwise", [2, 3, 4], [3, 1, 4], to: [8], WindowPlan(strides: [2], pads: [1, 1]),
      group: 3),
  ]
}
