/// Who makes and who reads each tensor of a model.
///
/// The index is of the model as it was: after a change of the model make another.
package struct GraphIndex: Sendable {
  /// A place where a node reads a tensor.
  package struct Use: Hashable, Sendable {
    /// The index of the node.
    package let node: Int
    /// Which of its inputs.
    package let input: Int

    /// An input of a node.
    package init(node: Int, input: Int) { (self.node, self.input) = (node, input) }
  }

  /// The node that makes each tensor.
  package let makers: [String: Int]
  /// Where each tensor is read, subgraphs left out.
  package let uses: [String: [Use]]
  /// The tensors that are constant, from initializers and from nodes of the operator `Constant`.
  package let constants: [String: ModelTensor]
  /// The outputs of the model, and what subgraphs read: tensors that must stay whatever reads them.
  package let kept: Set<String>

  /// Indexes a model.
  ///
  /// Complexity: O(nodes and their inputs).
  package init(_ model: Model) {
    var makers: [String: Int] = [:]
    var uses: [String: [Use]] = [:]
    var constants: [String: ModelTensor] = [:]
    var kept = Set(model.outputs.map(\.name))
    for tensor in model.initializers { constants[tensor.name] = tensor }
    for (index, node) in model.nodes.enumerated() {
      for output in node.outputs where !output.isEmpty { makers[output] = index }
      for (input, name) in node.inputs.enumerated() where !name.isEmpty {
        uses[name, default: []].append(Use(node: index, input: input))
      }
      if node.hasSubgraph { kept.formUnion(node.namesInSubgraphs) }
      if let constant = node.constant, let output = node.outputs.first {
        constants[output] = constant
      }
    }
    (self.makers, self.uses, self.constants, self.kept) = (makers, uses, constants, kept)
  }

  /// The only node that reads a tensor; nothing where there are more, or where the tensor must stay.
  package func onlyReader(of tensor: String) -> Int? {
    guard !kept.contains(tensor), let uses = uses[tensor], uses.count == 1 else { return nil }
    return uses[0].node
  }
}

extension Node {
  /// The tensor that a node of the operator `Constant` holds, in each of the forms that the operator
  /// has.
  package var constant: ModelTensor? {
    guard operation == "Constant", domain.isEmpty else { return nil }
    if let tensor = tensor("value") { return tensor }
    if let value = float("value_float") { return ModelTensor(name: "", shape: [], [value]) }
    if let value = integer("value_int") {
      return ModelTensor(name: "", type: .int64, shape: [], integers: [value])
    }
    return integers("value_ints").map {
      ModelTensor(name: "", type: .int64, shape: [$0.count], integers: $0)
    }
  }
}
