internal import ModelFiles

/// `y = exp(x) / sum exp(x)` along an axis: `dx = y (dy - sum(dy y))`.
struct SoftmaxRule: UnaryGradientRule {
  let operators = ["Softmax"]

  func gradient(
    _ outputGradient: String, of node: Node, in graph: inout GraphWriter
  ) throws(GradientError) -> String {
    let y = node.outputs[0]
    let axis = graph.list([node.integer("axis") ?? -1])
    let sum = graph.sum(graph.product(outputGradient, y), over: axis, keepsAxes: true)
    return graph.product(y, graph.add("Sub", [outputGradient, sum]))
  }
}

/// `y = x - log sum exp(x)` along an axis: `dx = dy - exp(y) sum(dy)`.
struct LogSoftmaxRule: UnaryGradientRule {
  let operators = ["LogSoftmax"]

  func gradient(
    _ outputGradient: String, of node: Node, in graph: inout GraphWriter
  ) throws(GradientError) -> String {
    let axis = graph.list([node.integer("axis") ?? -1])
    let sum = graph.sum(outputGradient, over: axis, keepsAxes: true)
    let share = graph.product(graph.add("Exp", [node.outputs[0]]), sum)
    return graph.add("Sub", [outputGradient, share])
  }
}
