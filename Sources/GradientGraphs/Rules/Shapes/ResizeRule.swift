internal import ModelFiles

/// `y` = x at other lengths of its spatial axes, by nearest elements or by interpolation.
///
/// Each axis is resized by itself and by sums of its elements: `y = R x` along the axis, with a matrix R
/// [length of y, length of x] that the same operator makes of the identity. So `dx = R' dy` along each axis,
/// whatever the mode.
struct ResizeRule: UnaryGradientRule {
  let operators = ["Resize"]

  func gradient(
    _ outputGradient: String, of node: Node, in graph: inout GraphWriter
  ) throws(GradientError) -> String {
    let lengths = node.input(3) ?? node.inputs[2]
    let known = graph.knownShape(of: node.inputs[0])?.count ?? graph.knownShape(of: lengths)?[0]
    guard let rank = known else {
      throw graph.fault(
        node, "has an input whose number of axes is not known before the model runs")
    }
    guard node.integers("axes") == nil,
      node.text("keep_aspect_ratio_policy") ?? "stretch" == "stretch",
      node.text("coordinate_transformation_mode") != "tf_crop_and_resize"
    else { throw graph.fault(node, "has axes, a policy or a region; expected none of them") }
    return (2..<max(rank, 2)).reduce(outputGradient) { gradient, axis in
      let matrix = self.matrix(of: node, axis, rank, &graph)
      var order = Array(0..<rank)
      order.swapAt(axis, rank - 1)
      let isLast = axis == rank - 1
      let turned = isLast ? gradient : graph.add("Transpose", [gradient]) { $0.set("perm", order) }
      let product = graph.add("MatMul", [turned, matrix])
      return isLast ? product : graph.add("Transpose", [product]) { $0.set("perm", order) }
    }
  }

  /// The matrix of an axis, [length of y, length of x].
  private func matrix(
    of node: Node, _ axis: Int, _ rank: Int, _ graph: inout GraphWriter
  ) -> String {
    let length = graph.add(
      "Slice", [graph.shape(of: node.inputs[0]), graph.list([axis]), graph.list([axis + 1])])
    // Each element alone in a sample of its own, [length, 1, .., length, .., 1].
    let square = graph.add("Concat", [length, length]) { $0.set("axis", 0) }
    let identity = graph.add("EyeLike", [graph.zeros(square)])
    let one = graph.list([1])
    let alone = graph.add("Concat", (0..<rank).map { $0 == 0 || $0 == axis ? length : one }) {
      $0.set("axis", 0)
    }
    var resize = node
    resize.name = graph.name("\(graph.scope)/Resize")
    resize.outputs = [resize.name]
    let units = graph.add("Reshape", [identity, alone])
    let isAxis = graph.add("Equal", [graph.list(Array(0..<rank)), graph.integer(axis)])
    let whole = graph.shape(of: units)
    resize.inputs =
      node.input(3).map { [units, "", "", graph.add("Where", [isAxis, $0, whole])] }
      ?? [units, "", graph.add("Where", [isAxis, node.inputs[2], graph.ones(rank)])]
    graph.keep(resize)
    // [length of x, length of y], turned.
    let rows = graph.reshaped(resize.outputs[0], to: [0, -1])
    return graph.add("Transpose", [rows])
  }
}

extension GraphWriter {
  /// So many ones in float32, which scales of a Resize are.
  fileprivate mutating func ones(_ count: Int) -> String {
    let ones = constant(shape: [count], [Double](repeating: 1, count: count))
    return add("Cast", [ones]) { $0.set("to", Int(ModelElementType.float32.rawValue)) }
  }
}
