internal import ModelFiles

/// `y = mean(x)` over axes: `dx = dy / n` everywhere, for means of n elements.
struct ReduceMeanRule: UnaryGradientRule {
  let operators = ["ReduceMean"]

  func gradient(
    _ outputGradient: String, of node: Node, in graph: inout GraphWriter
  ) throws(GradientError) -> String {
    let gradient = graph.withAxes(outputGradient, of: node)
    return graph.spreadMean(gradient, over: node.inputs[0], of: node.outputs[0])
  }
}

/// `y = sum(x)` over axes: `dx = dy` everywhere.
struct ReduceSumRule: UnaryGradientRule {
  let operators = ["ReduceSum"]

  func gradient(
    _ outputGradient: String, of node: Node, in graph: inout GraphWriter
  ) throws(GradientError) -> String {
    let gradient = graph.withAxes(outputGradient, of: node)
    return graph.add("Expand", [gradient, graph.shape(of: node.inputs[0])])
  }
}

/// `y = sqrt(sum(x²))` over axes: `dx = dy x / y`.
struct ReduceL2Rule: UnaryGradientRule {
  let operators = ["ReduceL2"]

  func gradient(
    _ outputGradient: String, of node: Node, in graph: inout GraphWriter
  ) throws(GradientError) -> String {
    let share = graph.add("Div", [outputGradient, node.outputs[0]])
    return graph.product(graph.withAxes(share, of: node), node.inputs[0])
  }
}

/// `y = sum(|x|)` or `sum(x²)` over axes: `dx = dy sign(x)` or `2 dy x`.
struct ReduceNormRule: UnaryGradientRule {
  let operators = ["ReduceL1", "ReduceSumSquare"]

  func gradient(
    _ outputGradient: String, of node: Node, in graph: inout GraphWriter
  ) throws(GradientError) -> String {
    let x = node.inputs[0]
    let slope =
      node.operation == "ReduceL1" ? graph.add("Sign", [x]) : graph.scaled(x, by: 2)
    return graph.product(graph.withAxes(outputGradient, of: node), slope)
  }
}

/// `y = max(x)` or `min(x)` over axes: dy goes to the element that it was, and in equal parts to elements
/// that are equal, as PyTorch has it.
struct ReduceExtremeRule: UnaryGradientRule {
  let operators = ["ReduceMax", "ReduceMin"]

  func gradient(
    _ outputGradient: String, of node: Node, in graph: inout GraphWriter
  ) throws(GradientError) -> String {
    let y = graph.withAxes(node.outputs[0], of: node)
    let isChosen = graph.number(graph.add("Equal", [node.inputs[0], y]))
    let axes = node.input(1) ?? node.integers("axes").map { graph.list($0) }
    let count = graph.add("ReduceSum", [isChosen] + (axes.map { [$0] } ?? [])) {
      $0.set("keepdims", 1)
    }
    let share = graph.add("Div", [graph.withAxes(outputGradient, of: node), count])
    return graph.product(isChosen, share)
  }
}

extension GraphWriter {
  /// A tensor of the shape of the result of a reduction, with the axes of length 1 that the node took
  /// away.
  fileprivate mutating func withAxes(_ tensor: String, of node: Node) -> String {
    guard node.integer("keepdims") ?? 1 == 0 else { return tensor }
    if let axes = node.input(1) { return add("Unsqueeze", [tensor, axes]) }
    // Over all axes the result is one number, which broadcasts to any shape.
    guard let axes = node.integers("axes"), !axes.isEmpty else { return tensor }
    return add("Unsqueeze", [tensor, list(axes)])
  }
}
