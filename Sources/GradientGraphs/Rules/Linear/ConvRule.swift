internal import ModelFiles

/// `Y = W * X + b` with groups, strides, dilations and padding, over any number of spatial axes.
///
/// - `dX`: the transposed convolution of dY with W;
/// - `dW`: for each element of the kernel the product of dY and of what that element sees of X, as
///   matrices [O, places] and [places, C] of each group, summed over the batch;
/// - `db`: the sum of dY over all but the channels.
///
/// Source: Dumoulin and Visin, "A guide to convolution arithmetic for deep learning" (2016), chapter 4;
/// Chellapilla et al., "High Performance Convolutional Neural Networks for Document Processing" (2006).
struct ConvRule: GradientRule {
  let operators = ["Conv"]

  func gradients(
    of subject: DifferentiatedNode, in graph: inout GraphWriter
  ) throws(GradientError) -> [String?] {
    guard let incoming = subject.outputGradients[0] else { return [] }
    let node = subject.node
    let shape = graph.knownShape(of: node.inputs[1])
    let kernel = (shape ?? []).dropFirst(2)
    let window = try SlidingWindow(
      node, kernel: kernel.contains(nil) ? nil : kernel.compactMap { $0 }, graph)
    let group = node.integer("group") ?? 1
    var gradients: [String?] = [nil, nil, nil]
    if subject.wants(0) {
      gradients[0] = graph.transposed(
        incoming, weights: node.inputs[1], group: group, window, input: node.inputs[0])
    }
    if subject.wants(1) {
      guard let shape, shape.count == window.rank + 2, let outputs = shape[0], let inputs = shape[1]
      else {
        throw graph.fault(node, "has weights whose shape is not known before the model runs")
      }
      let seen = graph.seenByKernel(
        node.inputs[0], window, output: incoming, group: group, channels: inputs)
      gradients[1] = weightGradient(
        incoming, seen, window, group: group, outputs: outputs / group, inputs: inputs, &graph)
    }
    if subject.wants(2) { gradients[2] = graph.channelSums(graph.byChannel(incoming)) }
    return gradients
  }

  /// The gradient of the weights.
  ///
  /// - Parameters:
  ///   - seen: What each element of the kernel sees, [N, group, inputs, places].
  ///   - outputs: The output channels of a group.
  ///   - inputs: The input channels of a group.
  private func weightGradient(
    _ incoming: String, _ seen: [String], _ window: SlidingWindow, group: Int, outputs: Int,
    inputs: Int, _ graph: inout GraphWriter
  ) -> String {
    let rows = graph.reshaped(incoming, to: [0, group, outputs, -1])
    func product(_ columns: String) -> String {
      let turned = graph.add("Transpose", [columns]) { $0.set("perm", [0, 1, 3, 2]) }
      return graph.add("MatMul", [rows, turned])
    }
    func joined(_ parts: [String], axis: Int) -> String {
      parts.count == 1 ? parts[0] : graph.add("Concat", parts) { $0.set("axis", axis) }
    }
    // Columns of a few channels make matrices too thin to multiply fast, so that all elements are taken
    // at once; more would only take more memory.
    let all =
      group * inputs < 8
      ? product(joined(seen, axis: 2)) : joined(seen.map(product), axis: 3)
    let summed = graph.sum(all, over: graph.list([0]), keepsAxes: false)
    let split = graph.reshaped(summed, to: [group * outputs] + window.kernel + [inputs])
    return graph.add("Transpose", [split]) {
      $0.set("perm", [0, window.rank + 1] + Array(1...window.rank))
    }
  }
}

extension GraphWriter {
  /// For each element of a kernel, in row-major order, the elements of the input that it meets as the
  /// window moves, [N, group, channels, places].
  fileprivate mutating func seenByKernel(
    _ input: String, _ window: SlidingWindow, output: String, group: Int, channels: Int
  ) -> [String] {
    var source = input
    let isUnpadded = window.fixedPadding.map { ($0.begin + $0.end).allSatisfy { $0 == 0 } }
    if isUnpadded != true {
      let (begin, end) = padding(window, input: input, output: output)
      let none = list([0, 0])
      let pads = add("Concat", [none, begin, none, end]) { $0.set("axis", 0) }
      source = add("Pad", [input, pads])
    }
    // From the first to behind the last place of an element.
    let steps = add("Sub", [spatialShape(of: output, window), list([1])])
    let spans = add("Add", [product(steps, list(window.strides)), list([1])])
    let axes = list(Array(2..<(2 + window.rank)))
    return (0..<window.kernel.reduce(1, *)).map { element in
      var (rest, starts) = (element, [Int](repeating: 0, count: window.rank))
      for axis in window.kernel.indices.reversed() {
        starts[axis] = rest % window.kernel[axis] * window.dilations[axis]
        rest /= window.kernel[axis]
      }
      let ends = add("Add", [spans, list(starts)])
      let part = add("Slice", [source, list(starts), ends, axes, list(window.strides)])
      return reshaped(part, to: [0, group, channels, -1])
    }
  }
}
