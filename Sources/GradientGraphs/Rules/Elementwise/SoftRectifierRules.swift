internal import ModelFiles

/// `y = g x` where `x > 0`, else `g a (exp(x) - 1)`: `dx = g dy` or `dy (y + g a)`.
///
/// Elu has `g = 1`, `a = alpha`; Selu has both. Sources: Clevert et al. (2015); Klambauer et al. (2017).
struct EluRule: UnaryGradientRule {
  let operators = ["Elu", "Selu"]

  func gradient(
    _ outputGradient: String, of node: Node, in graph: inout GraphWriter
  ) throws(GradientError) -> String {
    let isSelu = node.operation == "Selu"
    let gain = isSelu ? Double(node.float("gamma") ?? 1.05070102214813232421875) : 1
    let alpha = Double(node.float("alpha") ?? (isSelu ? 1.67326319217681884765625 : 1))
    // Below 0 the slope is y + g a, above it is g.
    let below = graph.add("Min", [node.outputs[0], graph.scalar(0)])
    let step = graph.scaled(graph.isPositive(node.inputs[0]), by: gain - gain * alpha)
    let level = graph.add("Add", [step, graph.scalar(gain * alpha)])
    return graph.product(outputGradient, graph.add("Add", [below, level]))
  }
}

/// `y = log(1 + exp(x))`: `dx = dy / (1 + exp(-x))`.
struct SoftplusRule: UnaryGradientRule {
  let operators = ["Softplus"]

  func gradient(
    _ outputGradient: String, of node: Node, in graph: inout GraphWriter
  ) throws(GradientError) -> String {
    graph.product(outputGradient, graph.add("Sigmoid", [node.inputs[0]]))
  }
}

/// `y = x / (1 + |x|)`: `dx = dy (1 - |y|)²`.
struct SoftsignRule: UnaryGradientRule {
  let operators = ["Softsign"]

  func gradient(
    _ outputGradient: String, of node: Node, in graph: inout GraphWriter
  ) throws(GradientError) -> String {
    let rest = graph.add("Sub", [graph.scalar(1), graph.add("Abs", [node.outputs[0]])])
    return graph.product(outputGradient, graph.product(rest, rest))
  }
}
