package import ModelFiles

/// Nodes to put behind tensors of a model, and the places that read what they make.
package struct NodeInsertions {
  /// The nodes behind each tensor, in order.
  package var behind: [String: [Node]] = [:]
  /// What is read in a place instead of what the model has there.
  package var replaced: [GraphIndex.Use: String] = [:]

  /// Nothing to put in.
  package init() {}

  /// The nodes of the model with everything in it, each behind what it reads.
  ///
  /// Complexity: O(nodes and their inputs).
  package func nodes(in model: Model) -> [Node] {
    var nodes: [Node] = []
    for input in model.inputs { nodes += behind[input.name] ?? [] }
    for tensor in model.initializers { nodes += behind[tensor.name] ?? [] }
    for (place, node) in model.nodes.enumerated() {
      var node = node
      for input in node.inputs.indices {
        if let name = replaced[GraphIndex.Use(node: place, input: input)] {
          node.inputs[input] = name
        }
      }
      nodes.append(node)
      for output in node.outputs { nodes += behind[output] ?? [] }
    }
    return nodes
  }
}
