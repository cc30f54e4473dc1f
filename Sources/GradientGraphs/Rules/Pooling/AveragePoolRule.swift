internal import ModelFiles

/// `y = mean` over a window: `dx` is the transposed convolution of `dy / n` with ones, for windows of n
/// elements.
///
/// n is the size of the window, or the number of its elements that are no padding where padding does not
/// count (`count_include_pad = 0`).
struct AveragePoolRule: UnaryGradientRule {
  let operators = ["AveragePool"]

  func gradient(
    _ outputGradient: String, of node: Node, in graph: inout GraphWriter
  ) throws(GradientError) -> String {
    let window = try SlidingWindow(node, kernel: nil, graph)
    guard node.integer("ceil_mode") ?? 0 == 0 else {
      throw graph.fault(node, "has ceil_mode = 1, for which there is no gradient; expected 0")
    }
    let size = window.kernel.reduce(1, *)
    let ones = graph.constant(
      shape: [1, 1] + window.kernel, [Double](repeating: 1, count: size))
    let input = node.inputs[0]
    var shares: String
    if (node.integer("count_include_pad") ?? 0) != 0 || isUnpadded(window) {
      shares = graph.scaled(outputGradient, by: 1 / Double(size))
    } else {
      let shape = graph.add("Concat", [graph.list([1, 1]), graph.spatialShape(of: input, window)]) {
        $0.set("axis", 0)
      }
      let everywhere = graph.add("Expand", [graph.scalar(1), shape])
      let counts = graph.add("Conv", [everywhere, ones]) {
        window.set(&$0)
        for name in ["auto_pad"] { if let text = node.text(name) { $0.set(name, text) } }
        if let pads = node.integers("pads") { $0.set("pads", pads) }
      }
      shares = graph.add("Div", [outputGradient, counts])
    }
    // Each channel of each sample alone.
    let spatial = graph.spatialShape(of: shares, window)
    let planes = graph.add("Concat", [graph.list([-1, 1]), spatial]) { $0.set("axis", 0) }
    shares = graph.add("Reshape", [shares, planes])
    let spread = graph.transposed(shares, weights: ones, group: 1, window, input: input)
    return graph.reshaped(spread, like: input)
  }

  private func isUnpadded(_ window: SlidingWindow) -> Bool {
    guard let (begin, end) = window.fixedPadding else { return false }
    return (begin + end).allSatisfy { $0 == 0 }
  }
}

/// `y = mean` over the spatial axes: `dx = dy / n` everywhere, for n elements of a channel.
struct GlobalAveragePoolRule: UnaryGradientRule {
  let operators = ["GlobalAveragePool"]

  func gradient(
    _ outputGradient: String, of node: Node, in graph: inout GraphWriter
  ) throws(GradientError) -> String {
    graph.spreadMean(outputGradient, over: node.inputs[0], of: node.outputs[0])
  }
}

extension GraphWriter {
  /// The gradient of a mean: each of the n elements it is of gets 1/n of its gradient.
  ///
  /// - Parameters:
  ///   - gradient: The gradient of the mean, which broadcasts to the shape of the input.
  ///   - input: What the mean is of.
  ///   - output: The mean.
  mutating func spreadMean(_ gradient: String, over input: String, of output: String) -> String {
    let count = add("Div", [count(of: input), count(of: output)])
    return add("Expand", [add("Div", [gradient, count]), shape(of: input)])
  }
}
