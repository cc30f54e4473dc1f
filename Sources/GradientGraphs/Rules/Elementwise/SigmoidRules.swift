internal import ModelFiles

/// `y = 1 / (1 + exp(-x))`: `dx = dy y (1 - y)`.
struct SigmoidRule: UnaryGradientRule {
  let operators = ["Sigmoid"]

  func gradient(
    _ outputGradient: String, of node: Node, in graph: inout GraphWriter
  ) throws(GradientError) -> String {
    let y = node.outputs[0]
    let slope = graph.product(y, graph.add("Sub", [graph.scalar(1), y]))
    return graph.product(outputGradient, slope)
  }
}

/// `y = tanh(x)`: `dx = dy (1 - y²)`.
struct TanhRule: UnaryGradientRule {
  let operators = ["Tanh"]

  func gradient(
    _ outputGradient: String, of node: Node, in graph: inout GraphWriter
  ) throws(GradientError) -> String {
    let square = graph.product(node.outputs[0], node.outputs[0])
    return graph.product(outputGradient, graph.add("Sub", [graph.scalar(1), square]))
  }
}

/// `y = min(max(alpha x + beta, 0), 1)`: `dx = alpha dy [0 < y < 1]`.
struct HardSigmoidRule: UnaryGradientRule {
  let operators = ["HardSigmoid"]

  func gradient(
    _ outputGradient: String, of node: Node, in graph: inout GraphWriter
  ) throws(GradientError) -> String {
    let inside = graph.isBetween0And1(node.outputs[0])
    let slope = graph.scaled(inside, by: Double(node.float("alpha") ?? 0.2))
    return graph.product(outputGradient, slope)
  }
}

/// `y = x h` with `h = min(max(x / 6 + 1/2, 0), 1)`: `dx = dy (h + x / 6 [0 < h < 1])`.
struct HardSwishRule: UnaryGradientRule {
  let operators = ["HardSwish"]

  func gradient(
    _ outputGradient: String, of node: Node, in graph: inout GraphWriter
  ) throws(GradientError) -> String {
    let x = node.inputs[0]
    let sixth = graph.scaled(x, by: 1.0 / 6)
    let line = graph.add("Add", [sixth, graph.scalar(0.5)])
    let h = graph.add("Clip", [line, graph.scalar(0), graph.scalar(1)])
    let rise = graph.product(sixth, graph.isBetween0And1(h))
    return graph.product(outputGradient, graph.add("Add", [h, rise]))
  }
}

extension GraphWriter {
  /// 1 where a number from 0 to 1 is neither, else 0.
  fileprivate mutating func isBetween0And1(_ y: String) -> String {
    isPositive(product(y, add("Sub", [scalar(1), y])))
  }
}
