internal import ModelFiles

/// `Y = alpha A' B' + beta C`, where A' and B' are A and B or their transposes:
/// `dA' = alpha dY B'ᵀ`, `dB' = alpha A'ᵀ dY`, `dC = beta dY`, summed where C was broadcast.
struct GemmRule: GradientRule {
  let operators = ["Gemm"]

  func gradients(
    of subject: DifferentiatedNode, in graph: inout GraphWriter
  ) throws(GradientError) -> [String?] {
    guard let incoming = subject.outputGradients[0] else { return [] }
    let node = subject.node
    let (left, right) = (node.inputs[0], node.inputs[1])
    let alpha = node.float("alpha") ?? 1
    let isLeftTransposed = node.integer("transA") ?? 0 != 0
    let isRightTransposed = node.integer("transB") ?? 0 != 0
    func gemm(_ first: (String, Bool), _ second: (String, Bool)) -> String {
      graph.add("Gemm", [first.0, second.0]) {
        $0.set("alpha", alpha)
        $0.set("transA", first.1 ? 1 : 0)
        $0.set("transB", second.1 ? 1 : 0)
      }
    }
    var gradients: [String?] = [nil, nil, nil]
    if subject.wants(0) {
      // The gradient of a transpose is the transpose of the gradient: the factors change places.
      gradients[0] =
        isLeftTransposed
        ? gemm((right, isRightTransposed), (incoming, true))
        : gemm((incoming, false), (right, !isRightTransposed))
    }
    if subject.wants(1) {
      gradients[1] =
        isRightTransposed
        ? gemm((incoming, true), (left, isLeftTransposed))
        : gemm((left, !isLeftTransposed), (incoming, false))
    }
    if subject.wants(2) {
      let summed = graph.unbroadcast(incoming, to: node.inputs[2])
      gradients[2] = graph.scaled(summed, by: Double(node.float("beta") ?? 1))
    }
    return gradients
  }
}
