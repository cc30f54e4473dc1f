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
