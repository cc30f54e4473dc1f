internal import ModelFiles

/// `y = gamma h + beta` for each channel, with h the channel of a sample less its mean, divided by its
/// deviation.
///
/// `dgamma = sum dy h` and `dbeta = sum dy` over the samples and the spatial axes; dx is that of the
/// normalization with `g = gamma dy`. Source: Ulyanov, Vedaldi and Lempitsky, "Instance Normalization"
/// (2016). A group normalization is written with the same operator.
struct InstanceNormalizationRule: GradientRule {
  let operators = ["InstanceNormalization"]

  func gradients(
    of subject: DifferentiatedNode, in graph: inout GraphWriter
  ) throws(GradientError) -> [String?] {
    guard let incoming = subject.outputGradients[0] else { return [] }
    let node = subject.node
    let dy = graph.byChannel(incoming)
    let normalized = graph.normalized(
      graph.byChannel(node.inputs[0]), over: graph.list([2]),
      epsilon: Double(node.float("epsilon") ?? 1e-5))
    var gradients: [String?] = [nil, nil, nil]
    if subject.wants(0) {
      let g = graph.product(dy, graph.acrossChannels(node.inputs[1]))
      gradients[0] = graph.reshaped(graph.gradient(of: normalized, g), like: node.inputs[0])
    }
    if subject.wants(1) {
      gradients[1] = graph.channelSums(graph.product(dy, normalized.values))
    }
    if subject.wants(2) { gradients[2] = graph.channelSums(dy) }
    return gradients
  }
}
