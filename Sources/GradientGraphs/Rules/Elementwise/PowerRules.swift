internal import ModelFiles

/// `y = x ^ c` with a constant c: `dx = dy c x ^ (c - 1)`.
struct PowRule: GradientRule {
  let operators = ["Pow"]

  func gradients(
    of subject: DifferentiatedNode, in graph: inout GraphWriter
  ) throws(GradientError) -> [String?] {
    guard let incoming = subject.outputGradients[0] else { return [] }
    let node = subject.node
    guard !subject.wants(1) else {
      throw graph.fault(
        node, "has an exponent that depends on a parameter; expected a constant one")
    }
    let base = node.inputs[0]
    let slope: String
    if graph.knownNumber(node.inputs[1]) == 2 {
      slope = graph.scaled(base, by: 2)
    } else {
      // The exponent may be of another type than the base.
      let exponent = graph.number(node.inputs[1])
      let less = graph.add("Sub", [exponent, graph.scalar(1)])
      slope = graph.product(exponent, graph.add("Pow", [base, less]))
    }
    return [graph.unbroadcast(graph.product(incoming, slope), toInput: 0, of: node)]
  }
}

/// `y = sqrt(x)`: `dx = dy / (2 y)`.
struct SqrtRule: UnaryGradientRule {
  let operators = ["Sqrt"]

  func gradient(
    _ outputGradient: String, of node: Node, in graph: inout GraphWriter
  ) throws(GradientError) -> String {
    let half = graph.scaled(outputGradient, by: 0.5)
    return graph.add("Div", [half, node.outputs[0]])
  }
}

/// `y = 1 / x`: `dx = -dy y²`.
struct ReciprocalRule: UnaryGradientRule {
  let operators = ["Reciprocal"]

  func gradient(
    _ outputGradient: String, of node: Node, in graph: inout GraphWriter
  ) throws(GradientError) -> String {
    let square = graph.product(node.outputs[0], node.outputs[0])
    return graph.add("Neg", [graph.product(outputGradient, square)])
  }
}
