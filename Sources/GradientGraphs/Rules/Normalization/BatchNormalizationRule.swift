internal import ModelFiles

/// `y = gamma (x - mean) / sqrt(variance + epsilon) + beta`, for each channel.
///
/// With `u = x - mean`, `r = 1 / sqrt(variance + epsilon)` and sums over the m elements of a channel
/// (N times the spatial axes): `dbeta = sum dy`, `dgamma = r sum dy u`, and
///
/// - frozen statistics: `dx = gamma r dy`;
/// - statistics of the batch, which depend on x themselves:
///   `dx = gamma r (dy - dbeta / m - u r dgamma / m)`.
///
/// Source: Ioffe and Szegedy, "Batch Normalization: Accelerating Deep Network Training by Reducing
/// Internal Covariate Shift" (2015), section 3.
struct BatchNormalizationRule: GradientRule {
  let mode: BatchNormalizationMode
  let operators = ["BatchNormalization"]

  func forward(_ node: Node, in graph: inout GraphWriter) throws(GradientError) -> [String] {
    guard node.inputs.count == 5, node.outputs.dropFirst().allSatisfy(\.isEmpty) else {
      throw graph.fault(
        node,
        "has \(node.inputs.count) inputs and \(node.outputs.count) outputs; expected 5 and 1, "
          + "the form for inference")
    }
    var node = node
    node.remove("training_mode")
    node.outputs = [node.outputs[0]]
    let x = graph.byChannel(node.inputs[0])
    guard mode == .batch else {
      graph.keep(node)
      let mean = graph.acrossChannels(node.inputs[3])
      return [graph.add("Sub", [x, mean]), node.inputs[4]]
    }
    // Elements of a channel.
    let count = graph.add("Div", [graph.count(of: x), graph.count(of: node.inputs[1])])
    let mean = graph.add("Div", [graph.channelSums(x), count])
    let deviations = graph.add("Sub", [x, graph.acrossChannels(mean)])
    let squares = graph.channelSums(graph.product(deviations, deviations))
    let variance = graph.add("Div", [squares, count])
    graph.statistics.append(
      GradientGraph.Statistic(
        node: node.label, mean: mean, variance: variance, runningMean: node.inputs[3],
        runningVariance: node.inputs[4], momentum: node.float("momentum") ?? 0.9))
    node.inputs[3] = mean
    node.inputs[4] = variance
    graph.keep(node)
    return [deviations, variance]
  }

  func gradients(
    of subject: DifferentiatedNode, in graph: inout GraphWriter
  ) throws(GradientError) -> [String?] {
    guard let incoming = subject.outputGradients[0] else { return [] }
    let node = subject.node
    guard !subject.wants(3), !subject.wants(4) else {
      throw graph.fault(
        node,
        "has a running mean or variance that is to be a parameter; statistics are no parameters")
    }
    let dy = graph.byChannel(incoming)
    let deviations = subject.saved[0]
    let floor = graph.scalar(Double(node.float("epsilon") ?? 1e-5))
    let deviation = graph.add("Sqrt", [graph.add("Add", [subject.saved[1], floor])])
    let inverse = graph.add("Div", [graph.scalar(1), deviation])
    let scale = graph.product(node.inputs[1], inverse)
    let shifts = graph.channelSums(dy)
    let gains = graph.product(inverse, graph.channelSums(graph.product(dy, deviations)))
    var gradients: [String?] = [nil, gains, shifts, nil, nil]
    if subject.wants(0) {
      var result = dy
      if mode == .batch {
        let count = graph.add("Div", [graph.count(of: dy), graph.count(of: shifts)])
        let constant = graph.acrossChannels(graph.add("Div", [shifts, count]))
        let slope = graph.add("Div", [graph.product(gains, inverse), count])
        let line = graph.product(deviations, graph.acrossChannels(slope))
        result = graph.add("Sub", [graph.add("Sub", [dy, constant]), line])
      }
      result = graph.product(result, graph.acrossChannels(scale))
      gradients[0] = graph.reshaped(result, like: node.inputs[0])
    }
    return gradients
  }
}
