internal import ModelFiles

/// Writes a ``FakeQuantization`` with standard operators.
///
/// With `v = x / s + z`, `c = clip(v, low, high)` and `q = round(c)`: `y = s (q - z)`. The element is
/// inside where `c = v`, with m = 1 there and 0 outside:
///
/// - `dx = dy m`;
/// - `ds = sum dy (q - z - m (v - z)) / sqrt(n Q)`, which is `q - v` inside and an end of the grid minus
///   z outside;
/// - `dz = sum dy s (m - 1) / sqrt(n Q)`,
///
/// with sums over the n elements of a scale, and Q = `high` (or `-low` for a grid without positive
/// codes).
struct FakeQuantizeRule: GradientRule {
  let operators = [FakeQuantization.operation]
  let domain = FakeQuantization.domain

  func forward(_ node: Node, in graph: inout GraphWriter) throws(GradientError) -> [String] {
    let quantization = try quantization(node, graph)
    let input = node.inputs[0]
    let scale = try spread(node.inputs[1], quantization, node, &graph)
    let zeroPoint = try node.input(2).map { name throws(GradientError) in
      try spread(name, quantization, node, &graph)
    }
    var codes = graph.add("Div", [input, scale])
    if let zeroPoint { codes = graph.add("Add", [codes, zeroPoint]) }
    let ends = [quantization.low, quantization.high].map { graph.scalar(Double($0)) }
    let clipped = graph.add("Clip", [codes] + ends)
    var levels = graph.add("Round", [clipped])
    if let zeroPoint { levels = graph.add("Sub", [levels, zeroPoint]) }
    _ = graph.add("Mul", [levels, scale], output: node.outputs[0])
    graph.assume(node.outputs[0], isShapedLike: input)
    return [scale, zeroPoint ?? "", codes, clipped, levels]
  }

  func gradients(
    of subject: DifferentiatedNode, in graph: inout GraphWriter
  ) throws(GradientError) -> [String?] {
    guard let incoming = subject.outputGradients[0] else { return [] }
    let node = subject.node
    let quantization = try quantization(node, graph)
    let (scale, zeroPoint, codes) = (subject.saved[0], subject.saved[1], subject.saved[2])
    let (clipped, levels) = (subject.saved[3], subject.saved[4])
    let inside = graph.number(graph.add("Equal", [codes, clipped]))
    var gradients: [String?] = [nil, nil, nil]
    let passed = graph.product(incoming, inside)
    if subject.wants(0) { gradients[0] = passed }
    let learned = quantization.learnedInputs
    if learned.contains(1), subject.wants(1) {
      let relative = zeroPoint.isEmpty ? codes : graph.add("Sub", [codes, zeroPoint])
      let slope = graph.add("Sub", [levels, graph.product(inside, relative)])
      let summed = graph.unbroadcast(graph.product(incoming, slope), to: scale)
      gradients[1] = factored(summed, node.inputs[1], of: node, quantization, &graph)
    }
    if learned.contains(2), subject.wants(2) {
      let outside = graph.add("Sub", [passed, incoming])
      let summed = graph.unbroadcast(graph.product(outside, scale), to: zeroPoint)
      gradients[2] = factored(summed, node.inputs[2], of: node, quantization, &graph)
    }
    return gradients
  }

  /// A sum in the shape of a scale, divided by `sqrt(n Q)`.
  private func factored(
    _ sum: String, _ input: String, of node: Node, _ quantization: FakeQuantization,
    _ graph: inout GraphWriter
  ) -> String {
    let limit = Double(quantization.high > 0 ? quantization.high : -quantization.low)
    let perScale = graph.add("Div", [graph.count(of: node.inputs[0]), graph.count(of: input)])
    let root = graph.add("Sqrt", [graph.scaled(perScale, by: limit)])
    return graph.add("Div", [graph.reshaped(sum, like: input), root])
  }

  private func quantization(
    _ node: Node, _ graph: borrowing GraphWriter
  ) throws(GradientError) -> FakeQuantization {
    guard let quantization = FakeQuantization(node), node.inputs.count >= 2 else {
      throw graph.fault(
        node,
        "has no low and high in order, no gradient of \(FakeQuantization.Gradient.words) or no "
          + "scale; expected them")
    }
    return quantization
  }

  /// Scales or zero points in a shape that broadcasts along the axis.
  private func spread(
    _ name: String, _ quantization: FakeQuantization, _ node: Node, _ graph: inout GraphWriter
  ) throws(GradientError) -> String {
    guard let axis = quantization.axis else { return name }
    guard let rank = graph.knownShape(of: node.inputs[0])?.count, axis < rank else {
      throw graph.fault(
        node,
        "has scales along the axis \(axis) of a tensor whose number of axes is not known, or "
          + "too small; expected a constant or a parameter with that axis")
    }
    return graph.reshaped(name, to: [-1] + [Int](repeating: 1, count: rank - 1 - axis))
  }
}
