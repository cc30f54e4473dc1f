internal import ModelFiles

/// `y = sin(x)`: `dx = dy cos(x)`.
struct SinRule: UnaryGradientRule {
  let operators = ["Sin"]

  func gradient(
    _ outputGradient: String, of node: Node, in graph: inout GraphWriter
  ) throws(GradientError) -> String {
    graph.product(outputGradient, graph.add("Cos", [node.inputs[0]]))
  }
}

/// `y = cos(x)`: `dx = -dy sin(x)`.
struct CosRule: UnaryGradientRule {
  let operators = ["Cos"]

  func gradient(
    _ outputGradient: String, of node: Node, in graph: inout GraphWriter
  ) throws(GradientError) -> String {
    graph.add("Neg", [graph.product(outputGradient, graph.add("Sin", [node.inputs[0]]))])
  }
}
