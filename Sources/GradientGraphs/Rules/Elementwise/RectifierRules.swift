internal import ModelFiles

/// `y = max(x, 0)`: `dx = dy [y > 0]`.
struct ReluRule: UnaryGradientRule {
  let operators = ["Relu"]

  func gradient(
    _ outputGradient: String, of node: Node, in graph: inout GraphWriter
  ) throws(GradientError) -> String {
    graph.product(outputGradient, graph.isPositive(node.outputs[0]))
  }
}

/// `y = x` where `x >= 0`, else `alpha x`: `dx = dy` or `alpha dy`.
struct LeakyReluRule: UnaryGradientRule {
  let operators = ["LeakyRelu"]

  func gradient(
    _ outputGradient: String, of node: Node, in graph: inout GraphWriter
  ) throws(GradientError) -> String {
    let alpha = Double(node.float("alpha") ?? 0.01)
    let rise = graph.scaled(graph.isPositive(node.inputs[0]), by: 1 - alpha)
    return graph.product(outputGradient, graph.add("Add", [rise, graph.scalar(alpha)]))
  }
}

/// `y = x` where `x > 0`, else `a x` with slopes a that are broadcast to x: `dx = dy` or `a dy`, and
/// `da = dy x` where `x < 0`, summed over the repetitions.
struct PReluRule: GradientRule {
  let operators = ["PRelu"]

  func gradients(
    of subject: DifferentiatedNode, in graph: inout GraphWriter
  ) throws(GradientError) -> [String?] {
    guard let incoming = subject.outputGradients[0] else { return [] }
    let (x, slope) = (subject.node.inputs[0], subject.node.inputs[1])
    var gradients: [String?] = [nil, nil]
    if subject.wants(0) {
      let step = graph.add("Sub", [graph.scalar(1), slope])
      let rise = graph.add("Add", [graph.product(graph.isPositive(x), step), slope])
      gradients[0] = graph.product(incoming, rise)
    }
    if subject.wants(1) {
      let below = graph.add("Min", [x, graph.scalar(0)])
      gradients[1] = graph.unbroadcast(graph.product(incoming, below), to: slope)
    }
    return gradients
  }
}

/// `y = min(max(x, low), high)`: `dx = dy [low <= x <= high]`, which is where the output is the input.
struct ClipRule: UnaryGradientRule {
  let operators = ["Clip"]

  func gradient(
    _ outputGradient: String, of node: Node, in graph: inout GraphWriter
  ) throws(GradientError) -> String {
    let isInside = graph.add("Equal", [node.inputs[0], node.outputs[0]])
    return graph.product(outputGradient, graph.number(isInside))
  }
}
