package import ModelFiles

extension Model {
  /// Lets nodes read a constant itself where they read a copy of it, and takes the copies away.
  ///
  /// Exporters write a constant that several layers share once, and an `Identity` for each layer but
  /// the first. Such a layer's weight is a constant, too, and not an activation.
  ///
  /// Complexity: O(nodes and their inputs).
  package mutating func removeCopiesOfConstants() {
    let index = GraphIndex(self)
    var originals: [String: String] = [:]
    // Nodes stand behind those that they read, so that a copy of a copy is found.
    for node in nodes where node.operation == "Identity" && node.domain.isEmpty {
      guard let source = node.input(0), let output = node.outputs.first,
        !index.kept.contains(output)
      else { continue }
      let original = originals[source] ?? source
      if index.constants[original] != nil { originals[output] = original }
    }
    guard !originals.isEmpty else { return }
    nodes.removeAll { $0.outputs.first.map { originals[$0] != nil } ?? false }
    for place in nodes.indices where nodes[place].inputs.contains(where: { originals[$0] != nil }) {
      nodes[place].inputs = nodes[place].inputs.map { originals[$0] ?? $0 }
    }
  }
}
