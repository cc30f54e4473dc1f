/// Names that a model has not given to a tensor or a node yet.
package struct FreshNames: Sendable {
  private var taken: Set<String>

  /// The names that are free in a model.
  ///
  /// Complexity: O(nodes and their inputs).
  package init(in model: Model) {
    taken = Set(model.initializers.map(\.name) + model.inputs.map(\.name))
    for node in model.nodes {
      taken.insert(node.name)
      taken.formUnion(node.outputs)
      taken.formUnion(node.inputs)
      taken.formUnion(node.namesInSubgraphs)
    }
  }

  /// The name itself, or with a number behind it where it is taken.
  package mutating func callAsFunction(_ wanted: String) -> String {
    var name = wanted
    var number = 1
    while !taken.insert(name).inserted {
      number += 1
      name = "\(wanted)_\(number)"
    }
    return name
  }
}
