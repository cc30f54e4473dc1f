internal import ModelFiles

/// `Y = W * X + b` with groups, strides, dilations and padding, over any number of spatial axes:
///
/// - `dX`: the transposed convolution of dY with W;
/// - `dW`: a convolution again, in which channels and batch change places and so do strides and
///   dilations: X as [C/g, g N, ...] with dY as [O, N, ...], in g groups. Where the last step does not
///   end with the input, more comes out than W has, which is cut off;
/// - `db`: the sum of dY over all but the channels.
///
/// Source: Dumoulin and Visin, "A guide to convolution arithmetic for deep learning" (2016), chapter 4.
struct ConvRule: GradientRule {
  let operators = ["Conv"]

  func gradients(
    of subject: DifferentiatedNode, in graph: inout GraphWriter
  ) throws(GradientError) -> [String?] {
    guard let incoming = subject.outputGradients[0] else { return [] }
    let node = subject.node
    let shape = graph.knownShape(of: node.inputs[1])
    let kernel = shape?.dropFirst(2).compactMap { $0 }
    let window = try SlidingWindow(
      node, kernel: kernel?.count == (shape?.count ?? 0) - 2 ? kernel : nil, graph)
    let group = node.integer("group") ?? 1
    var gradients: [String?] = [nil, nil, nil]
    if subject.wants(0) {
      gradients[0] = graph.transposed(
        incoming, weights: node.inputs[1], group: group, window, input: node.inputs[0])
    }
    if subject.wants(1) {
      let inGroup = shape.flatMap { $0.count == window.rank + 2 ? $0[1] : nil }
      guard group == 1 || inGroup != nil else {
        throw graph.fault(node, "has weights of no known shape; expected one, as it has groups")
      }
      gradients[1] = weightGradient(
        incoming, node.inputs[0], window, group: group, channelsInGroup: inGroup ?? 1, &graph)
    }
    if subject.wants(2) { gradients[2] = graph.channelSums(graph.byChannel(incoming)) }
    return gradients
  }

  private func weightGradient(
    _ incoming: String, _ input: String, _ window: SlidingWindow, group: Int,
    channelsInGroup: Int, _ graph: inout GraphWriter
  ) -> String {
    var input = input
    var pads = window.fixedPadding
    if pads == nil {
      let (begin, end) = graph.padding(window, input: input, output: incoming)
      let all = graph.add("Concat", [graph.list([0, 0]), begin, graph.list([0, 0]), end]) {
        $0.set("axis", 0)
      }
      input = graph.add("Pad", [input, all])
      pads = (window.kernel.map { _ in 0 }, window.kernel.map { _ in 0 })
    }
    let spatial = Array(2..<(2 + window.rank))
    func exchanged(_ tensor: String) -> String {
      graph.add("Transpose", [tensor]) { $0.set("perm", [1, 0] + spatial) }
    }
    var samples = exchanged(input)
    if group > 1 {
      let size = graph.shape(of: samples)
      let rest = graph.add("Slice", [size, graph.list([1]), graph.list([2 + window.rank])])
      let lengths = graph.add("Slice", [size, graph.list([2]), graph.list([2 + window.rank])])
      if channelsInGroup > 1 {
        let split = graph.add("Concat", [graph.list([group, channelsInGroup]), rest]) {
          $0.set("axis", 0)
        }
        samples = graph.add("Reshape", [samples, split])
        samples = graph.add("Transpose", [samples]) {
          $0.set("perm", [1, 0, 2] + spatial.map { $0 + 1 })
        }
      }
      let joined = graph.add("Concat", [graph.list([channelsInGroup, -1]), lengths]) {
        $0.set("axis", 0)
      }
      samples = graph.add("Reshape", [samples, joined])
    }
    let (own, kernels) = (samples, exchanged(incoming))
    var result = graph.add("Conv", [own, kernels]) {
      $0.set("strides", window.dilations)
      $0.set("dilations", window.strides)
      $0.set("group", group)
      if let pads { $0.set("pads", pads.begin + pads.end) }
    }
    if window.strides.contains(where: { $0 > 1 }) {
      let (starts, ends) = (window.kernel.map { _ in 0 }, window.kernel)
      result = graph.add(
        "Slice", [result, graph.list(starts), graph.list(ends), graph.list(spatial)])
    }
    return exchanged(result)
  }
}
