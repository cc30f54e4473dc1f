internal import ModelFiles

/// `y = a b`: `da = dy b`, `db = dy a`, summed where an input was broadcast.
struct MulRule: GradientRule {
  let operators = ["Mul"]

  func gradients(
    of subject: DifferentiatedNode, in graph: inout GraphWriter
  ) throws(GradientError) -> [String?] {
    guard let incoming = subject.outputGradients[0] else { return [] }
    let node = subject.node
    return [0, 1].map { place in
      guard subject.wants(place) else { return nil }
      let product = graph.product(incoming, node.inputs[1 - place])
      return graph.unbroadcast(product, toInput: place, of: node)
    }
  }
}

/// `y = a / b`: `da = dy / b`, `db = -dy y / b`, summed where an input was broadcast.
struct DivRule: GradientRule {
  let operators = ["Div"]

  func gradients(
    of subject: DifferentiatedNode, in graph: inout GraphWriter
  ) throws(GradientError) -> [String?] {
    guard let incoming = subject.outputGradients[0] else { return [] }
    let node = subject.node
    let quotient = graph.add("Div", [incoming, node.inputs[1]])
    var gradients: [String?] = [nil, nil]
    if subject.wants(0) { gradients[0] = graph.unbroadcast(quotient, toInput: 0, of: node) }
    if subject.wants(1) {
      let product = graph.product(quotient, node.outputs[0])
      gradients[1] = graph.add("Neg", [graph.unbroadcast(product, toInput: 1, of: node)])
    }
    return gradients
  }
}
