internal import ModelFiles

/// `y = x` with values put before and behind its axes: `dx` is the part of dy where x lies.
///
/// Padding by a constant is undone by the same padding with the other sign; where elements of x are
/// repeated (`reflect`, `edge`, `wrap`), the dy of each repetition is added to the element.
struct PadRule: GradientRule {
  let operators = ["Pad"]

  func gradients(
    of subject: DifferentiatedNode, in graph: inout GraphWriter
  ) throws(GradientError) -> [String?] {
    guard let incoming = subject.outputGradients[0] else { return [] }
    let node = subject.node
    guard node.text("mode") ?? "constant" == "constant" else {
      return [subject.wants(0) ? graph.scatteredBack(incoming, of: node) : nil]
    }
    let axes = node.input(3).map { ["", $0] } ?? []
    let inner = graph.add("Pad", [incoming, graph.add("Neg", [node.inputs[1]])] + axes)
    guard subject.wants(2) else { return [inner] }
    func all(_ tensor: String) -> String {
      graph.add("ReduceSum", [tensor]) { $0.set("keepdims", 0) }
    }
    let outer = graph.add("Sub", [all(incoming), all(inner)])
    return [inner, nil, graph.reshaped(outer, like: node.inputs[2])]
  }
}
