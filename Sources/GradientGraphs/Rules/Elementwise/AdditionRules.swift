internal import ModelFiles

/// `y = a + b`: `da = dy`, `db = dy`, summed where an input was broadcast.
struct AddRule: GradientRule {
  let operators = ["Add"]

  func gradients(
    of subject: DifferentiatedNode, in graph: inout GraphWriter
  ) throws(GradientError) -> [String?] {
    guard let incoming = subject.outputGradients[0] else { return [] }
    return [0, 1].map {
      subject.wants($0) ? graph.unbroadcast(incoming, toInput: $0, of: subject.node) : nil
    }
  }
}

/// `y = a - b`: `da = dy`, `db = -dy`, summed where an input was broadcast.
struct SubRule: GradientRule {
  let operators = ["Sub"]

  func gradients(
    of subject: DifferentiatedNode, in graph: inout GraphWriter
  ) throws(GradientError) -> [String?] {
    guard let incoming = subject.outputGradients[0] else { return [] }
    var gradients: [String?] = [nil, nil]
    if subject.wants(0) {
      gradients[0] = graph.unbroadcast(incoming, toInput: 0, of: subject.node)
    }
    if subject.wants(1) {
      let summed = graph.unbroadcast(incoming, toInput: 1, of: subject.node)
      gradients[1] = graph.add("Neg", [summed])
    }
    return gradients
  }
}

/// `y` = the sum or the mean of any number of inputs: `dy` or `dy / count` for each, summed where it was
/// broadcast.
struct SumRule: GradientRule {
  let operators = ["Sum", "Mean"]

  func gradients(
    of subject: DifferentiatedNode, in graph: inout GraphWriter
  ) throws(GradientError) -> [String?] {
    guard let incoming = subject.outputGradients[0] else { return [] }
    let node = subject.node
    let share = node.operation == "Sum" ? 1 : 1 / Double(node.inputs.count)
    return node.inputs.indices.map { place in
      guard subject.wants(place) else { return nil }
      return graph.scaled(graph.unbroadcast(incoming, to: node.inputs[place]), by: share)
    }
  }
}
