package import ModelFiles

/// A quantizer in a graph that is to be trained, as a node of the domain `rangelab`, which
/// ``GradientGraph`` writes with standard operators.
///
/// With `v = x / scale + zero point` the output is `scale (round(clip(v, low, high)) - zero point)`,
/// which is `scale (clip(round(v), low, high) - zero point)`, as the ends are whole numbers.
package struct FakeQuantization: Hashable, Sendable {
  /// What the gradient does where rounding has none.
  package enum Gradient: String, Hashable, Sendable, CaseIterable {
    /// `dx = dy` where `low <= v <= high`, 0 elsewhere; scale and zero point have none.
    ///
    /// Source: Jacob et al., "Quantization and Training of Neural Networks for Efficient
    /// Integer-Arithmetic-Only Inference" (2018), section 3.
    case straightThrough = "straight-through"
    /// Also one for the scale: `round(v) - v` inside, `low - zero point` and `high - zero point`
    /// outside, summed with `dy` and divided by `sqrt(n Q)` for n values of a scale and Q = `high`.
    ///
    /// Source: Esser et al., "Learned Step Size Quantization" (2020), equations 3 and section 2.2.
    case lsq
    /// Also one for the zero point: `-scale` outside, 0 inside, with the same factor.
    ///
    /// Source: Bhalgat et al., "LSQ+: Improving low-bit quantization through learnable offsets and
    /// better initialization" (2020), equation 4, there for the offset `-scale zero point`.
    case lsqPlus = "lsq+"

    /// The names, for messages.
    static let words = allCases.map(\.rawValue).joined(separator: ", ")
  }

  /// The codes at the ends of the grid.
  package let low: Int
  package let high: Int
  /// The axis along which each index has a scale of its own; nil for one scale.
  package let axis: Int?
  /// What the gradient does.
  package let gradient: Gradient

  /// The operator, and the operator set that it is of.
  package static let operation = "FakeQuantize"
  package static let domain = "rangelab"

  /// A quantizer.
  package init(low: Int, high: Int, axis: Int? = nil, gradient: Gradient) {
    (self.low, self.high, self.axis, self.gradient) = (low, high, axis, gradient)
  }

  /// The quantizer that a node is; nil for any other node, and for one whose attributes are none.
  package init?(_ node: Node) {
    guard node.operation == Self.operation, node.domain == Self.domain,
      let low = node.integer("low"), let high = node.integer("high"), low < high,
      let gradient = Gradient(rawValue: node.text("gradient") ?? Gradient.straightThrough.rawValue)
    else { return nil }
    let axis = node.integer("axis") ?? -1
    self.init(low: low, high: high, axis: axis < 0 ? nil : axis, gradient: gradient)
  }

  /// The node.
  ///
  /// - Parameters:
  ///   - name: Its name.
  ///   - input: The tensor that is quantized.
  ///   - scale: The scale, one number of the shape [] or [1], or [n] for the n indices of the axis.
  ///   - zeroPoint: The zero point in codes, of the type and the shape of the scale; nil for 0.
  ///   - output: What it makes.
  package func node(
    name: String, input: String, scale: String, zeroPoint: String? = nil, output: String
  ) -> Node {
    var node = Node(
      Self.operation, name: name, inputs: [input, scale] + (zeroPoint.map { [$0] } ?? []),
      outputs: [output], domain: Self.domain)
    node.set("low", low)
    node.set("high", high)
    node.set("axis", axis ?? -1)
    node.set("gradient", gradient.rawValue)
    return node
  }

  /// The inputs that the gradient learns beside the first.
  var learnedInputs: [Int] {
    switch gradient {
    case .straightThrough: []
    case .lsq: [1]
    case .lsqPlus: [1, 2]
    }
  }
}
