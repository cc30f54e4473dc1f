internal import TensorIO

/// What every model that is read must fulfil, so that nothing later need ask.
extension Model {
  /// Refuses what contradicts itself.
  ///
  /// - Throws: ``ModelError``.
  func check() throws(ModelError) {
    var constants: Set<String> = []
    for tensor in initializers {
      guard constants.insert(tensor.name).inserted else {
        throw malformed("two constants are called '\(printable(tensor.name))'")
      }
      try check(tensor, called: tensor.name)
    }
    for node in nodes where node.operation == "Constant" {
      if let tensor = node.tensor("value") { try check(tensor, called: node.outputs.first ?? "") }
    }
  }

  /// Refuses a shape that no tensor has, and another number of values than the shape says.
  private func check(_ tensor: ModelTensor, called name: String) throws(ModelError) {
    let name = printable(name)
    guard let type = tensor.type else {
      throw malformed(
        "the constant '\(name)' has the element type \(tensor.message.dataType); expected 1 to 26")
    }
    var count = 1
    for extent in tensor.message.dims {
      let (product, overflow) = count.multipliedReportingOverflow(by: Int(extent))
      guard extent >= 0, !overflow, product < 1 << 56 else {
        throw malformed("the constant '\(name)' has the shape \(tensor.message.dims)")
      }
      count = product
    }
    guard tensor.externalFile == nil, tensor.message.dataLocation != 1 else {
      return try check(externalOf: tensor, name)
    }
    guard let bits = type.bitCount, !tensor.message.rawData.isEmpty || count == 0 else { return }
    let expected = (count * bits + 7) / 8
    guard tensor.message.rawData.count == expected else {
      throw malformed(
        "the constant '\(name)' has \(tensor.message.rawData.count) bytes; expected \(expected) "
          + "for the shape \(tensor.message.dims)")
    }
  }

  /// Refuses a file that is not beside the model or in a folder beside it.
  private func check(externalOf tensor: ModelTensor, _ name: String) throws(ModelError) {
    let path = tensor.externalFile ?? ""
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard !path.isEmpty, !path.utf8.contains(0), !path.hasPrefix("/"), !parts.contains("..") else {
      throw malformed(
        "the values of the constant '\(name)' are in the file '\(printable(path))'; expected a "
          + "file in the folder of the model")
    }
  }

  /// Puts the nodes into an order in which each reads what is there already.
  ///
  /// - Throws: ``ModelError`` where nodes wait for each other, read what nobody makes, or make what
  ///   is there.
  ///
  /// Complexity: O(nodes and their inputs).
  mutating func sort() throws(ModelError) {
    var maker: [String: Int] = [:]
    var known = Set(initializers.map(\.name) + inputs.map(\.name) + [""])
    for (index, node) in nodes.enumerated() {
      for name in node.outputs where !name.isEmpty {
        guard !known.contains(name), maker.updateValue(index, forKey: name) == nil else {
          throw malformed("\(node.label) makes '\(printable(name))', which is there already")
        }
      }
    }
    var waiting = [Int](repeating: 0, count: nodes.count)
    var readers: [Int: [Int]] = [:]
    for (index, node) in nodes.enumerated() {
      let inSubgraphs = node.namesInSubgraphs.filter { maker[$0] != nil }
      var met: Set<String> = []
      for name in node.inputs + inSubgraphs
      where !known.contains(name) && met.insert(name).inserted {
        guard let source = maker[name] else {
          throw malformed("\(node.label) reads '\(printable(name))', which nothing makes")
        }
        readers[source, default: []].append(index)
        waiting[index] += 1
      }
    }
    var order = waiting.indices.filter { waiting[$0] == 0 }
    var next = 0
    while next < order.count {
      for reader in readers[order[next]] ?? [] {
        waiting[reader] -= 1
        if waiting[reader] == 0 { order.append(reader) }
      }
      next += 1
    }
    guard order.count == nodes.count else {
      let stuck = nodes.indices.first { waiting[$0] > 0 } ?? 0
      throw malformed("\(nodes[stuck].label) is part of a circle: it waits for its own output")
    }
    // Most files have their nodes in order: that order is kept.
    if !isInOrder(maker) { nodes = order.map { nodes[$0] } }
    known.formUnion(maker.keys)
    for output in outputs where !known.contains(output.name) {
      throw malformed("the output '\(printable(output.name))' is made by no node")
    }
  }

  /// Whether each node comes after those whose outputs it reads.
  private func isInOrder(_ maker: [String: Int]) -> Bool {
    nodes.indices.allSatisfy { index in
      (nodes[index].inputs + nodes[index].namesInSubgraphs).allSatisfy { maker[$0] ?? -1 < index }
    }
  }

  private func malformed(_ reason: String) -> ModelError {
    .malformed(model: name, reason: reason)
  }
}
