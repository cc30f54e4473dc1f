internal import ModelFiles

/// The transpose of a convolution: each element of X, times the weights, is added to the elements of Y
/// that the window covers there, plus b.
///
/// X and Y change places with those of ``ConvRule``: `dX` is the convolution of dY with W, `dW` pairs X with
/// what each element of the kernel sees of dY, `db` is the sum of dY over all but the channels.
///
/// Source: Dumoulin and Visin, "A guide to convolution arithmetic for deep learning" (2016), chapter 4.
struct ConvTransposeRule: GradientRule {
  let operators = ["ConvTranspose"]

  func gradients(
    of subject: DifferentiatedNode, in graph: inout GraphWriter
  ) throws(GradientError) -> [String?] {
    guard let incoming = subject.outputGradients[0] else { return [] }
    let node = subject.node
    let window = try SlidingWindow(weightsOf: node, graph)
    guard node.integers("output_shape") == nil, case .fixed(let begin, let end) = window.padding
    else {
      throw graph.fault(
        node, "has an output_shape or a padding that follows from it; expected 'pads'")
    }
    let group = node.integer("group") ?? 1
    var gradients: [String?] = [nil, nil, nil]
    if subject.wants(0) {
      gradients[0] = graph.add("Conv", [incoming, node.inputs[1]]) {
        window.set(&$0)
        $0.set("group", group)
        $0.set("pads", begin + end)
      }
    }
    if subject.wants(1) {
      gradients[1] = try graph.kernelGradient(
        of: node, window, moving: node.inputs[0], over: incoming, group: group)
    }
    if subject.wants(2) { gradients[2] = graph.channelSums(graph.byChannel(incoming)) }
    return gradients
  }
}
