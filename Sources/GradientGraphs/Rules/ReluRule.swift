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
