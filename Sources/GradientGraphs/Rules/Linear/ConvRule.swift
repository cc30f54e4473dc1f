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
    let window = try SlidingWindow(weightsOf: node, graph)
    let group = node.integer("group") ?? 1
    var gradients: [String?] = [nil, nil, nil]
    if subject.wants(0) {
      gradients[0] = graph.transposed(
        incoming, weights: node.inputs[1], group: group, window, input: node.inputs[0])
    }
    if subject.wants(1) {
      gradients[1] = try graph.kernelGradient(
        of: node, window, moving: incoming, over: node.inputs[0], group: group)
    }
    if subject.wants(2) { gradients[2] = graph.channelSums(graph.byChannel(incoming)) }
    return gradients
  }
}
