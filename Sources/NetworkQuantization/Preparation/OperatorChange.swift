internal import ModelFiles

/// A version of the standard operator set in which an operator got another form or meaning.
///
/// Source: the changelog of the ONNX operators. Changes that only allow more types, or that add an
/// attribute whose default is the old meaning, are none.
struct OperatorChange: Sendable {
  typealias Rewrite =
    @Sendable (Node, inout NewForm, _ model: String) throws(NetworkError) -> [Node]

  /// The version from which on the new form is meant.
  let version: Int
  /// The nodes in the new form; nothing where it is not known here.
  let rewrite: Rewrite?

  /// Every change from version 7 to 21, by operator.
  static let all: [String: [OperatorChange]] = [
    "Clip": [OperatorChange(version: 11, rewrite: clip)],
    "Pad": [OperatorChange(version: 11, rewrite: pad)],
    "Dropout": [OperatorChange(version: 12, rewrite: dropout)],
    "Slice": [OperatorChange(version: 10, rewrite: slice)],
    "TopK": [OperatorChange(version: 10, rewrite: topK)],
    "Upsample": [OperatorChange(version: 10, rewrite: upsample)],
    "Resize": [
      OperatorChange(version: 11, rewrite: resize),
      OperatorChange(
        version: 13,
        rewrite: refusing("coordinate_transformation_mode") {
          $0.text("coordinate_transformation_mode") == "tf_half_pixel_for_nn"
        }),
    ],
    "RoiAlign": [OperatorChange(version: 16, rewrite: roiAlign)],
    "BatchNormalization": [OperatorChange(version: 9, rewrite: batchNormalization)],
    "DFT": [OperatorChange(version: 20, rewrite: nil)],
    "Scan": [OperatorChange(version: 9, rewrite: nil)],
    "Scatter": [OperatorChange(version: 11, rewrite: renamed("ScatterElements"))],
    "Squeeze": [OperatorChange(version: 13, rewrite: input(from: "axes"))],
    "Unsqueeze": [OperatorChange(version: 13, rewrite: input(from: "axes"))],
    "Split": [
      OperatorChange(version: 13, rewrite: input(from: "split")),
      OperatorChange(version: 18, rewrite: evenSplit),
    ],
    "ReduceSum": [OperatorChange(version: 13, rewrite: input(from: "axes"))],
    "Softmax": [OperatorChange(version: 13, rewrite: flattened)],
    "LogSoftmax": [OperatorChange(version: 13, rewrite: flattened)],
    "Hardmax": [OperatorChange(version: 13, rewrite: flattened)],
    "GridSample": [OperatorChange(version: 20, rewrite: gridSample)],
    "GroupNormalization": [OperatorChange(version: 21, rewrite: nil)],
  ].merging(reductions) { first, _ in first }

  private static let reductions = Dictionary(
    uniqueKeysWithValues: [
      "ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceMax", "ReduceMean",
      "ReduceMin", "ReduceProd", "ReduceSumSquare",
    ].map { ($0, [OperatorChange(version: 18, rewrite: input(from: "axes"))]) })

  /// A list that was an attribute and is the second input now.
  private static func input(from attribute: String) -> Rewrite {
    { node, form, _ in
      guard let values = node.integers(attribute) else { return [node] }
      var node = node
      node.remove(attribute)
      node.inputs = [node.inputs[0], form.constant(values, like: node)]
      return [node]
    }
  }

  /// A setting that is no more.
  private static func refusing(
    _ attribute: String, where isGone: @escaping @Sendable (Node) -> Bool
  ) -> Rewrite {
    { node, _, model throws(NetworkError) in
      guard isGone(node) else { return [node] }
      let value = node.text(attribute) ?? node.integer(attribute).map(String.init) ?? ""
      throw NetworkError(
        model, "\(node.label) has \(attribute) = \(value), which later operator sets do not have")
    }
  }

  private static func renamed(_ operation: String) -> Rewrite {
    { node, _, _ in
      var node = node
      node.operation = operation
      return [node]
    }
  }

  /// Bounds that were attributes; both had defaults that bound nothing.
  private static func clip(_ node: Node, _ form: inout NewForm, _: String) -> [Node] {
    var node = node
    let bounds = [node.float("min"), node.float("max")]
    for name in ["min", "max"] { node.remove(name) }
    var inputs = [node.inputs[0]]
    for bound in bounds { inputs.append(bound.map { form.constant($0, like: node) } ?? "") }
    while inputs.last == "" { inputs.removeLast() }
    node.inputs = inputs
    return [node]
  }

  private static func pad(_ node: Node, _ form: inout NewForm, _: String) -> [Node] {
    var node = node
    let pads = node.integers("pads") ?? []
    let value = node.float("value") ?? 0
    for name in ["pads", "value"] { node.remove(name) }
    node.inputs = [
      node.inputs[0], form.constant(pads, like: node), form.constant(value, like: node),
    ]
    return [node]
  }

  /// Statistics are of channels in any case now.
  private static func batchNormalization(
    _ node: Node, _ form: inout NewForm, _ model: String
  ) throws(NetworkError) -> [Node] {
    var node = try refusing("spatial") { $0.integer("spatial") == 0 }(node, &form, model)[0]
    node.remove("spatial")
    return [node]
  }

  /// Corners were taken as they are; half a pixel is taken off by default now.
  private static func roiAlign(_ node: Node, _: inout NewForm, _: String) -> [Node] {
    var node = node
    node.set("coordinate_transformation_mode", "output_half_pixel")
    return [node]
  }

  /// In inference a Dropout passes its input on.
  private static func dropout(_ node: Node, _: inout NewForm, _: String) -> [Node] {
    var node = node
    node.remove("ratio")
    return [node]
  }

  private static func slice(_ node: Node, _ form: inout NewForm, _: String) -> [Node] {
    var node = node
    let lists = ["starts", "ends", "axes"].map { node.integers($0) }
    for name in ["starts", "ends", "axes"] { node.remove(name) }
    var inputs = [node.inputs[0]]
    for list in lists { if let list { inputs.append(form.constant(list, like: node)) } }
    node.inputs = inputs
    return [node]
  }

  private static func topK(_ node: Node, _ form: inout NewForm, _: String) -> [Node] {
    var node = node
    let count = node.integer("k") ?? 1
    node.remove("k")
    node.inputs = [node.inputs[0], form.constant([count], like: node)]
    return [node]
  }

  /// Sizes were counted from the corner of the first element: `asymmetric`, and rounded down.
  private static func resize(_ node: Node, _: inout NewForm, _: String) -> [Node] {
    var node = node
    node.inputs = [node.inputs[0], "", node.inputs[1]]
    node.set("coordinate_transformation_mode", "asymmetric")
    node.set("nearest_mode", "floor")
    return [node]
  }

  /// Became a Resize, whose form of version 11 is written at once.
  private static func upsample(_ node: Node, _ form: inout NewForm, _ model: String) -> [Node] {
    var node = node
    node.operation = "Resize"
    if let scales = node.floats("scales") {
      node.remove("scales")
      node.inputs.append(form.constant(scales, like: node))
    }
    return resize(node, &form, model)
  }

  /// Parts of equal size now need their number.
  private static func evenSplit(_ node: Node, _: inout NewForm, _: String) -> [Node] {
    var node = node
    if node.inputs.count < 2 { node.set("num_outputs", node.outputs.count) }
    return [node]
  }

  private static func gridSample(_ node: Node, _: inout NewForm, _: String) -> [Node] {
    var node = node
    let names = ["bilinear": "linear", "bicubic": "cubic"]
    if let mode = node.text("mode"), let name = names[mode] { node.set("mode", name) }
    return [node]
  }

  /// The operator took all axes from `axis` on together, and takes one axis now: the same by way of a
  /// matrix, whatever the rank.
  private static func flattened(_ node: Node, _ form: inout NewForm, _: String) -> [Node] {
    let axis = node.integer("axis") ?? 1
    var inner = node
    inner.set("axis", -1)
    // The last axis alone means the same before and after.
    guard axis != -1, form.ranks[node.outputs[0]] != axis + 1 else { return [inner] }
    let (matrix, result, shape) = (
      form.names("\(node.outputs[0])_matrix"), form.names("\(node.outputs[0])_rows"),
      form.names("\(node.outputs[0])_shape")
    )
    var flatten = Node("Flatten", name: matrix, inputs: [node.inputs[0]], outputs: [matrix])
    flatten.set("axis", axis)
    inner.inputs = [matrix]
    inner.outputs = [result]
    return [
      flatten, Node("Shape", name: shape, inputs: [node.inputs[0]], outputs: [shape]), inner,
      Node(
        "Reshape", name: form.names("\(result)_reshaped"), inputs: [result, shape],
        outputs: node.outputs),
    ]
  }
}
