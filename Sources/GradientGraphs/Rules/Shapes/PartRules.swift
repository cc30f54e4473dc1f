internal import ModelFiles

/// `y` = the inputs one after the other along an axis: each gets its part of dy.
struct ConcatRule: GradientRule {
  let operators = ["Concat"]

  func gradients(
    of subject: DifferentiatedNode, in graph: inout GraphWriter
  ) throws(GradientError) -> [String?] {
    guard let incoming = subject.outputGradients[0] else { return [] }
    let node = subject.node
    let axis = node.integer("axis") ?? 0
    let lengths = node.inputs.map { graph.length(of: $0, along: axis) }
    let parts = graph.add("Concat", lengths) { $0.set("axis", 0) }
    let names = node.inputs.map { _ in graph.name("\(graph.scope)/part") }
    var split = Node(
      "Split", name: names[0], inputs: [incoming, parts], outputs: names)
    split.set("axis", axis)
    graph.keep(split)
    return names
  }
}

/// The outputs are parts of x along an axis: dx is their gradients one after the other, with zeros where
/// the loss does not depend on an output.
struct SplitRule: GradientRule {
  let operators = ["Split"]

  func gradients(
    of subject: DifferentiatedNode, in graph: inout GraphWriter
  ) throws(GradientError) -> [String?] {
    guard subject.wants(0) else { return [] }
    let node = subject.node
    let parts = zip(node.outputs, subject.outputGradients).map { output, gradient in
      gradient ?? graph.zeros(graph.shape(of: output))
    }
    return [graph.add("Concat", parts) { $0.set("axis", node.integer("axis") ?? 0) }]
  }
}

/// `y` = elements of x, each once, many times or not at all: their gradients go back to their places, added
/// up where they came from one place.
///
/// The places are found by the same operator on a tensor that holds the index of each element.
struct PickRule: UnaryGradientRule {
  let operators = ["Slice", "Tile", "GatherElements", "GatherND"]

  func gradient(
    _ outputGradient: String, of node: Node, in graph: inout GraphWriter
  ) throws(GradientError) -> String {
    graph.scatteredBack(outputGradient, of: node)
  }
}

/// `y` = the slices of x with the given indices along an axis, as rows of a table of embeddings: `dx` is
/// the sum of the dy of each slice.
struct GatherRule: UnaryGradientRule {
  let operators = ["Gather"]

  func gradient(
    _ outputGradient: String, of node: Node, in graph: inout GraphWriter
  ) throws(GradientError) -> String {
    let (input, axis) = (node.inputs[0], node.integer("axis") ?? 0)
    let indices = node.inputs[1]
    guard axis == 0 else { return graph.scatteredBack(outputGradient, of: node) }
    // Whole rows, so that the table needs no index of each of its elements.
    let table = graph.add("Flatten", [graph.zeros(graph.shape(of: input))]) { $0.set("axis", 1) }
    let length = graph.length(of: table, along: 1)
    let shape = graph.add("Concat", [graph.list([-1]), length]) { $0.set("axis", 0) }
    let rows = graph.add("Reshape", [outputGradient, shape])
    let column = graph.reshaped(indices, to: [-1, 1])
    let places = graph.add("Expand", [column, graph.shape(of: rows)])
    let sums = graph.add("ScatterElements", [table, places, rows]) {
      $0.set("axis", 0)
      $0.set("reduction", "add")
    }
    return graph.reshaped(sums, like: input)
  }
}

extension GraphWriter {
  /// The length of one axis, [1].
  fileprivate mutating func length(of tensor: String, along axis: Int) -> String {
    add("Gather", [shape(of: tensor), list([axis])]) { $0.set("axis", 0) }
  }
}
