internal import ModelFiles

/// `y = max` over a window: `dx` is the sum of the dy of the windows of which x is the first largest
/// element, as PyTorch has it too.
///
/// Which element that was comes from the operator's own second output.
struct MaxPoolRule: GradientRule {
  let operators = ["MaxPool"]

  func forward(_ node: Node, in graph: inout GraphWriter) throws(GradientError) -> [String] {
    guard node.integer("storage_order") ?? 0 == 0 else {
      throw graph.fault(node, "has storage_order = 1; expected 0")
    }
    var node = node
    if node.outputs.count < 2 || node.outputs[1].isEmpty {
      node.outputs = [node.outputs[0], graph.name("\(graph.scope)/indices")]
    }
    graph.keep(node)
    return [node.outputs[1]]
  }

  func gradients(
    of subject: DifferentiatedNode, in graph: inout GraphWriter
  ) throws(GradientError) -> [String?] {
    guard let incoming = subject.outputGradients[0], subject.wants(0) else { return [] }
    return [graph.scattered(incoming, to: subject.saved[0], like: subject.node.inputs[0])]
  }
}

/// `y = max` over the spatial axes: dy goes to the largest element of a channel, and in equal parts to
/// elements that are equal.
struct GlobalMaxPoolRule: UnaryGradientRule {
  let operators = ["GlobalMaxPool"]

  func gradient(
    _ outputGradient: String, of node: Node, in graph: inout GraphWriter
  ) throws(GradientError) -> String {
    let isChosen = graph.number(graph.add("Equal", [node.inputs[0], node.outputs[0]]))
    let counts = graph.sum(graph.byChannel(isChosen), over: graph.list([2]), keepsAxes: false)
    let share = graph.add("Div", [outputGradient, graph.reshaped(counts, like: node.outputs[0])])
    return graph.product(isChosen, share)
  }
}
