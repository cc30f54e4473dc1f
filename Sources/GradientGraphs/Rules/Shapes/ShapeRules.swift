internal import ModelFiles

/// Operators that only give the elements another shape: `dx = dy` in the shape of x.
struct ReshapeRule: UnaryGradientRule {
  let operators = ["Reshape", "Flatten", "Squeeze", "Unsqueeze"]

  func gradient(
    _ outputGradient: String, of node: Node, in graph: inout GraphWriter
  ) throws(GradientError) -> String {
    graph.reshaped(outputGradient, like: node.inputs[0])
  }
}

/// `y = x` with axes in another order: `dx = dy` with the order undone.
struct TransposeRule: UnaryGradientRule {
  let operators = ["Transpose"]

  func gradient(
    _ outputGradient: String, of node: Node, in graph: inout GraphWriter
  ) throws(GradientError) -> String {
    graph.add("Transpose", [outputGradient]) {
      // Without an order the axes are reversed, which undoes itself.
      guard let order = node.integers("perm") else { return }
      $0.set("perm", order.indices.sorted { order[$0] < order[$1] })
    }
  }
}

/// `y = x` repeated along axes: `dx` is the sum of dy over the repetitions.
struct ExpandRule: UnaryGradientRule {
  let operators = ["Expand"]

  func gradient(
    _ outputGradient: String, of node: Node, in graph: inout GraphWriter
  ) throws(GradientError) -> String {
    graph.unbroadcast(outputGradient, to: node.inputs[0])
  }
}

/// `y = x`: `dx = dy`.
///
/// A Dropout passes everything on, as it does in inference: the graph is trained without it.
struct IdentityRule: UnaryGradientRule {
  let operators = ["Identity", "Dropout"]

  func forward(_ node: Node, in graph: inout GraphWriter) throws(GradientError) -> [String] {
    guard node.operation == "Dropout" else {
      graph.keep(node)
      return []
    }
    if node.outputs.count > 1, !node.outputs[1].isEmpty {
      // Nothing is dropped: the mask is that of inference.
      var mask = node
      mask.inputs = [node.inputs[0]]
      mask.outputs[0] = graph.name("\(graph.scope)/passed")
      graph.keep(mask)
    }
    _ = graph.add("Identity", [node.inputs[0]], output: node.outputs[0])
    return []
  }

  func gradient(
    _ outputGradient: String, of node: Node, in graph: inout GraphWriter
  ) throws(GradientError) -> String {
    outputGradient
  }
}

/// `y = x` in another type of numbers: `dx = dy` in the type of x.
///
/// A Cast to whole numbers has no gradient, see ``GradientRules/blocks(_:)``.
struct CastRule: UnaryGradientRule {
  let operators = ["Cast"]

  func gradient(
    _ outputGradient: String, of node: Node, in graph: inout GraphWriter
  ) throws(GradientError) -> String {
    graph.add("CastLike", [outputGradient, node.inputs[0]])
  }
}
