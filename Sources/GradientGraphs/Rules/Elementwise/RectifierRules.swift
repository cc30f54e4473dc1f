internal import ModelFiles

/// `y = max(x, 0)`: `dx = dy [y > 0]`.
struct ReluRule: UnaryGradientRule {
  let operators = ["Relu"]

  func gradient(
    _ outputGradient: String, of node: Node, in graph: inout GraphWriter
  ) throws(GradientError) -> String {
    // The output is never negative, so that its sign is 0 or 1.
    graph.product(outputGradient, graph.add("Sign", [node.outputs[0]]))
  }
}

/// `y = x` where `x >= 0`, else `alpha x`: `dx = dy` or `alpha dy`.
struct LeakyReluRule: UnaryGradientRule {
  let operators = ["LeakyRelu"]

  func gradient(
    _ outputGradient: String, of node: Node, in graph: inout GraphWriter
  ) throws(GradientError) -> String {
    let isPositive = graph.add("Greater", [node.inputs[0], graph.scalar(0)])
    let small = graph.scaled(outputGradient, by: Double(node.float("alpha") ?? 0.01))
    return graph.add("Where", [isPositive, outputGradient, small])
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
