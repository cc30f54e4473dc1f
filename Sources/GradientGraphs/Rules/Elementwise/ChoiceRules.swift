internal import ModelFiles

/// `y` = the largest or the smallest of any number of inputs, element by element: dy goes to the input that
/// it was, and in equal parts to inputs that are equal, as PyTorch has it.
struct ExtremeRule: GradientRule {
  let operators = ["Max", "Min"]

  func gradients(
    of subject: DifferentiatedNode, in graph: inout GraphWriter
  ) throws(GradientError) -> [String?] {
    guard let incoming = subject.outputGradients[0] else { return [] }
    let node = subject.node
    let isChosen = node.inputs.map { graph.number(graph.add("Equal", [$0, node.outputs[0]])) }
    let share = graph.add("Div", [incoming, graph.sum(isChosen)])
    return node.inputs.indices.map { place in
      guard subject.wants(place) else { return nil }
      return graph.unbroadcast(graph.product(share, isChosen[place]), to: node.inputs[place])
    }
  }
}

/// `y = a` where a condition holds, else `b`: dy goes where y came from, summed where it was broadcast.
struct WhereRule: GradientRule {
  let operators = ["Where"]

  func gradients(
    of subject: DifferentiatedNode, in graph: inout GraphWriter
  ) throws(GradientError) -> [String?] {
    guard let incoming = subject.outputGradients[0] else { return [] }
    let (node, zero) = (subject.node, graph.scalar(0))
    return [nil]
      + [[incoming, zero], [zero, incoming]].enumerated().map { index, choices in
        guard subject.wants(index + 1) else { return nil }
        let part = graph.add("Where", [node.inputs[0]] + choices)
        return graph.unbroadcast(part, to: node.inputs[index + 1])
      }
  }
}

/// `y = |x|`: `dx = dy sign(x)`.
struct AbsRule: UnaryGradientRule {
  let operators = ["Abs"]

  func gradient(
    _ outputGradient: String, of node: Node, in graph: inout GraphWriter
  ) throws(GradientError) -> String {
    graph.product(outputGradient, graph.add("Sign", [node.inputs[0]]))
  }
}
