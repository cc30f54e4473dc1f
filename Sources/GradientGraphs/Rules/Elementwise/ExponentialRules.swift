internal import ModelFiles

/// `y = exp(x)`: `dx = dy y`.
struct ExpRule: UnaryGradientRule {
  let operators = ["Exp"]

  func gradient(
    _ outputGradient: String, of node: Node, in graph: inout GraphWriter
  ) throws(GradientError) -> String {
    graph.product(outputGradient, node.outputs[0])
  }
}

/// `y = log(x)`: `dx = dy / x`.
struct LogRule: UnaryGradientRule {
  let operators = ["Log"]

  func gradient(
    _ outputGradient: String, of node: Node, in graph: inout GraphWriter
  ) throws(GradientError) -> String {
    graph.add("Div", [outputGradient, node.inputs[0]])
  }
}

/// `y = -x`: `dx = -dy`.
struct NegRule: UnaryGradientRule {
  let operators = ["Neg"]

  func gradient(
    _ outputGradient: String, of node: Node, in graph: inout GraphWriter
  ) throws(GradientError) -> String {
    graph.add("Neg", [outputGradient])
  }
}
