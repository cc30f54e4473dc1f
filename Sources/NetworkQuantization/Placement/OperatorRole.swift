internal import ModelFiles

/// How an operator reads its inputs, as far as quantization is concerned.
struct OperatorRole: Sendable {
  /// The input that may be a constant with a range for each output channel.
  let weightInputs: [Int]
  /// The input that is added to the products.
  let biasInput: Int?
  /// The inputs that arrive as values of a tensor; all where nothing is said.
  let activationInputs: [Int]?
  /// Whether what it makes is quantized, too.
  let quantizesOutput: Bool

  private init(
    weights: [Int] = [], bias: Int? = nil, activations: [Int]? = nil, output: Bool = false
  ) {
    (weightInputs, biasInput, activationInputs, quantizesOutput) = (
      weights, bias, activations, output
    )
  }

  /// The operators that multiply, which are what quantization is for.
  static let linear: [String: OperatorRole] = [
    "Conv": OperatorRole(weights: [1], bias: 2, activations: [0]),
    "ConvTranspose": OperatorRole(weights: [1], bias: 2, activations: [0]),
    "Gemm": OperatorRole(weights: [1, 0], bias: 2, activations: [0, 1]),
    "MatMul": OperatorRole(weights: [1, 0], activations: [0, 1]),
  ]

  /// Operators that hand values on or combine them; they are quantized only where asked for.
  static let others: [String: OperatorRole] = [
    "Add": OperatorRole(output: true), "Sub": OperatorRole(output: true),
    "Mul": OperatorRole(output: true), "Div": OperatorRole(output: true),
    "Concat": OperatorRole(output: true), "Softmax": OperatorRole(output: true),
    "Sigmoid": OperatorRole(output: true),
    "LeakyRelu": OperatorRole(activations: [0], output: true),
    "AveragePool": OperatorRole(output: true), "GlobalAveragePool": OperatorRole(output: true),
    "MaxPool": OperatorRole(output: true),
    "ReduceMean": OperatorRole(activations: [0], output: true),
    "Resize": OperatorRole(activations: [0], output: true),
    "LayerNormalization": OperatorRole(activations: [0], output: true),
    "InstanceNormalization": OperatorRole(activations: [0], output: true),
    "Relu": OperatorRole(output: true), "Clip": OperatorRole(activations: [0], output: true),
  ]

  /// Operators whose result another operator may as well compute when it rounds to its codes.
  static let activationFunctions: Set<String> = ["Relu", "Clip"]
}

extension Node {
  /// The axis of a constant input along which the output channels lie, counted from the front;
  /// nothing where the operator has none there.
  ///
  /// | operator | constant | axis |
  /// |---|---|---|
  /// | Conv | weight [O, I/g, ...] | 0 |
  /// | ConvTranspose | weight [I, O/g, ...] | 1 |
  /// | Gemm | B [K, N], or [N, K] with `transB` | 1, or 0 |
  /// | Gemm | A [M, K], or [K, M] with `transA` | 0, or 1 |
  /// | MatMul | B [..., K, N] | the last |
  /// | MatMul | A [..., M, K] | the last but one |
  func channelAxis(ofInput input: Int, rank: Int) -> Int? {
    switch (operation, input) {
    case ("Conv", 1): rank >= 2 ? 0 : nil
    case ("ConvTranspose", 1): rank >= 2 ? 1 : nil
    case ("Gemm", 1): rank == 2 ? (integer("transB") ?? 0 == 0 ? 1 : 0) : nil
    case ("Gemm", 0): rank == 2 ? (integer("transA") ?? 0 == 0 ? 0 : 1) : nil
    case ("MatMul", 1): rank >= 2 ? rank - 1 : nil
    case ("MatMul", 0): rank >= 2 ? rank - 2 : nil
    default: nil
    }
  }

  /// The axis of a matrix along which products are summed, where groups of weights lie; nothing for a
  /// convolution, whose weights for one output are a box.
  func reductionAxis(ofInput input: Int, rank: Int) -> Int? {
    guard operation == "Gemm" || operation == "MatMul",
      let axis = channelAxis(ofInput: input, rank: rank)
    else { return nil }
    return 2 * rank - 3 - axis
  }
}
