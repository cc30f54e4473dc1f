internal import ModelFiles

/// Pieces that several rules need.
extension GraphWriter {
  /// The product of two tensors.
  mutating func product(_ left: String, _ right: String) -> String { add("Mul", [left, right]) }

  /// A tensor times a number; the tensor itself for 1.
  mutating func scaled(_ tensor: String, by factor: Double) -> String {
    factor == 1 ? tensor : product(tensor, scalar(factor))
  }

  /// The tensors added up.
  mutating func sum(_ tensors: [String]) -> String {
    tensors.count == 1 ? tensors[0] : add("Sum", tensors)
  }

  /// The sum over axes, which stay with the length 1 where `keepsAxes`.
  mutating func sum(_ tensor: String, over axes: String, keepsAxes: Bool) -> String {
    add("ReduceSum", [tensor, axes]) { $0.set("keepdims", keepsAxes ? 1 : 0) }
  }

  /// The same elements in the shape of another tensor.
  mutating func reshaped(_ tensor: String, like other: String) -> String {
    if let shape = fixedShape(of: other) {
      return add("Reshape", [tensor, list(shape)]) { $0.set("allowzero", 1) }
    }
    let shape = shape(of: other)
    return add("Reshape", [tensor, shape]) { $0.set("allowzero", 1) }
  }

  /// The same elements in a shape, where 0 keeps an axis and -1 takes what is left.
  mutating func reshaped(_ tensor: String, to shape: [Int]) -> String {
    add("Reshape", [tensor, list(shape)])
  }

  /// 1 where a condition holds and 0 elsewhere, as numbers.
  mutating func number(_ condition: String) -> String {
    let type = Int(type.rawValue)
    return add("Cast", [condition]) { $0.set("to", type) }
  }

  /// 1 where a number is above 0 and 0 elsewhere.
  ///
  /// ONNX Runtime takes a third of the time for this that it takes for a Sign, and an eighth of that for
  /// a Where.
  mutating func isPositive(_ tensor: String) -> String {
    number(add("Greater", [tensor, scalar(0)]))
  }

  /// The gradient of an input that was broadcast, from one of the shape of the output: the sum over the
  /// axes along which the input was repeated.
  ///
  /// The axes are found while the model runs: those where the shape of the input, with ones put before
  /// it, differs from that of the gradient.
  mutating func unbroadcast(_ gradient: String, to input: String) -> String {
    // A single number was repeated along all axes.
    if let shape = fixedShape(of: input), shape.allSatisfy({ $0 == 1 }) {
      let all = add("ReduceSum", [gradient]) { $0.set("keepdims", 0) }
      return reshaped(all, to: shape)
    }
    let (wide, narrow) = (shape(of: gradient), shape(of: input))
    let missing = add("Sub", [shape(of: wide), shape(of: narrow)])
    let ones = add("Expand", [list([1]), missing])
    let padded = add("Concat", [ones, narrow]) { $0.set("axis", 0) }
    let differs = add("Not", [add("Equal", [padded, wide])])
    let axes = reshaped(add("NonZero", [differs]), to: [-1])
    let summed = add("ReduceSum", [gradient, axes]) {
      $0.set("keepdims", 1)
      // No axes means that nothing is summed, and not everything.
      $0.set("noop_with_empty_axes", 1)
    }
    return reshaped(summed, like: input)
  }

  /// The gradient of an input of a node with two inputs that are broadcast to each other.
  ///
  /// Nothing is summed where the other input is a single number without axes.
  mutating func unbroadcast(_ gradient: String, toInput place: Int, of node: Node) -> String {
    if let other = fixedShape(of: node.inputs[1 - place]) {
      let rank = knownShape(of: node.inputs[place])?.count ?? 0
      if other.allSatisfy({ $0 == 1 }), other.count <= rank || other.isEmpty { return gradient }
    }
    return unbroadcast(gradient, to: node.inputs[place])
  }

  /// The number of elements, as a number of the type of the graph.
  mutating func count(of tensor: String) -> String { number(add("Size", [tensor])) }

  /// Zeros in a shape.
  mutating func zeros(_ shape: String) -> String { add("Expand", [scalar(0), shape]) }
}
