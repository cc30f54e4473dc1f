internal import ModelFiles

/// `y = gamma u r + beta` with `u = x - mean(x)` and `r = 1 / sqrt(mean(u²) + epsilon)`, means over the
/// axes from `axis` on.
///
/// With `h = u r` and `g = dy gamma`: `dx = r (g - mean(g) - h mean(g h))`, `dgamma = sum dy h`,
/// `dbeta = sum dy`. Source: Ba, Kiros and Hinton, "Layer Normalization" (2016), section 3.
struct LayerNormalizationRule: GradientRule {
  let operators = ["LayerNormalization"]

  func gradients(
    of subject: DifferentiatedNode, in graph: inout GraphWriter
  ) throws(GradientError) -> [String?] {
    guard let incoming = subject.outputGradients[0] else { return [] }
    let node = subject.node
    let (x, gamma) = (node.inputs[0], node.inputs[1])
    let axes = graph.axes(from: node.integer("axis") ?? -1, of: x)
    let normalized = graph.normalized(x, over: axes, epsilon: Double(node.float("epsilon") ?? 1e-5))
    var gradients: [String?] = [nil, nil, nil]
    if subject.wants(0) {
      gradients[0] = graph.gradient(of: normalized, graph.product(incoming, gamma))
    }
    if subject.wants(1) {
      gradients[1] = graph.unbroadcast(graph.product(incoming, normalized.values), to: gamma)
    }
    if subject.wants(2) { gradients[2] = graph.unbroadcast(incoming, to: node.inputs[2]) }
    return gradients
  }
}

extension GraphWriter {
  /// The axes of a tensor from one on.
  fileprivate mutating func axes(from axis: Int, of tensor: String) -> String {
    if axis < 0 { return list(Array(axis..<0)) }
    return add("Range", [integer(axis), add("Size", [shape(of: tensor)]), integer(1)])
  }
}
