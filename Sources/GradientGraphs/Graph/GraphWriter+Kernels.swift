internal import ModelFiles

/// Gradients of the kernels of convolutions and their transposes.
extension GraphWriter {
  /// The gradient of the weights of a node: for each element of the kernel the product of a moving tensor
  /// and of what that element sees of another one, as matrices [rows, places] and [places, columns] of
  /// each group, summed over the batch.
  ///
  /// - Parameters:
  ///   - node: A node whose weights are its second input, [group rows, columns, kernel...].
  ///   - moving: A tensor with an element for each place of the window, [N, group rows, ...].
  ///   - seen: The tensor under the window, [N, group columns, ...].
  /// - Throws: An error where the shape of the weights is not known.
  mutating func kernelGradient(
    of node: Node, _ window: SlidingWindow, moving: String, over seen: String, group: Int
  ) throws(GradientError) -> String {
    guard let shape = knownShape(of: node.inputs[1]), shape.count == window.rank + 2,
      let outputs = shape[0], let columns = shape[1]
    else { throw fault(node, "has weights whose shape is not known before the model runs") }
    let elements = seenByKernel(seen, window, output: moving, group: group, channels: columns)
    let rows = reshaped(moving, to: [0, group, outputs / group, -1])
    func product(_ columns: String, _ graph: inout GraphWriter) -> String {
      let turned = graph.add("Transpose", [columns]) { $0.set("perm", [0, 1, 3, 2]) }
      return graph.add("MatMul", [rows, turned])
    }
    func joined(_ parts: [String], axis: Int, _ graph: inout GraphWriter) -> String {
      parts.count == 1 ? parts[0] : graph.add("Concat", parts) { $0.set("axis", axis) }
    }
    // Columns of a few channels make matrices too thin to multiply fast, so that all elements are taken
    // at once; more would only take more memory.
    let all =
      group * columns < 8
      ? product(joined(elements, axis: 2, &self), &self)
      : joined(elements.map { product($0, &self) }, axis: 3, &self)
    let summed = sum(all, over: list([0]), keepsAxes: false)
    let split = reshaped(summed, to: [outputs] + window.kernel + [columns])
    return add("Transpose", [split]) {
      $0.set("perm", [0, window.rank + 1] + Array(1...window.rank))
    }
  }

  /// For each element of a kernel, in row-major order, the elements of the input that it meets as the
  /// window moves, [N, group, channels, places].
  private mutating func seenByKernel(
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
