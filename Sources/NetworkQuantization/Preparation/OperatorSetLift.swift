package import ModelFiles

extension Model {
  /// Lifts the model to a later version of the standard operator set: operators whose meaning or form
  /// has changed on the way are written in the new form.
  ///
  /// Per-channel `DequantizeLinear` needs version 13, integers of 4 and 16 bits and blocks need 21.
  ///
  /// - Parameter version: The version wanted; a model of a later one stays as it is.
  /// - Throws: ``NetworkError`` where the model is older than version 7, or has an operator whose change
  ///   is not known here.
  ///
  /// Complexity: O(nodes).
  package mutating func lift(to version: Int) throws(NetworkError) {
    let from = operatorSet
    guard from < version else { return }
    guard from >= 7 else {
      throw NetworkError(
        name, "operator set \(from); expected 7 or later, which exporters have written since 2018")
    }
    var form = NewForm(self)
    var lifted: [Node] = []
    for node in nodes {
      var parts = [node]
      if node.domain.isEmpty {
        for change in OperatorChange.all[node.operation] ?? []
        where from < change.version && change.version <= version {
          guard let rewrite = change.rewrite else {
            throw NetworkError(
              name,
              "\(node.label) changed its meaning in operator set \(change.version), and the model "
                + "has \(from); expected a model exported with \(change.version) or later")
          }
          guard let last = parts.indices.last(where: { parts[$0].operation == node.operation })
          else { continue }
          parts.replaceSubrange(last...last, with: try rewrite(parts[last], &form, name))
        }
        let changes = node.nodesInSubgraphs.contains { inner in
          inner.domain.isEmpty
            && OperatorChange.all[inner.operation]?.contains {
              from < $0.version && $0.version <= version
            } == true
        }
        if changes {
          throw NetworkError(
            name,
            "\(node.label) holds a graph of operator set \(from), which is not lifted to "
              + "\(version); expected a model exported with \(version) or later")
        }
      }
      lifted += parts
    }
    nodes = lifted
    initializers += form.added
    operatorSet = version
  }
}

/// What a rewritten node needs beside itself: constants and names.
struct NewForm {
  var names: FreshNames
  /// The number of axes of the tensors of which the model says it.
  let ranks: [String: Int]
  private(set) var added: [ModelTensor] = []

  init(_ model: Model) {
    names = FreshNames(in: model)
    ranks = Dictionary(
      (model.inputs + model.outputs + model.described).compactMap { port in
        port.shape.map { (port.name, $0.count) }
      }, uniquingKeysWith: { first, _ in first })
  }

  /// A new constant of 64-bit integers.
  mutating func constant(_ integers: [Int], like node: Node) -> String {
    let name = names("\(node.outputs[0])_constant")
    added.append(
      ModelTensor(name: name, type: .int64, shape: [integers.count], integers: integers))
    return name
  }

  /// A new constant of Floats.
  mutating func constant(_ values: [Float], like node: Node) -> String {
    let name = names("\(node.outputs[0])_constant")
    added.append(ModelTensor(name: name, shape: [values.count], values))
    return name
  }

  /// A new constant of one Float.
  mutating func constant(_ value: Float, like node: Node) -> String {
    let name = names("\(node.outputs[0])_constant")
    added.append(ModelTensor(name: name, shape: [], [value]))
    return name
  }
}
