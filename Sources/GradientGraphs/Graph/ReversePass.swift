internal import ModelFiles
internal import TensorIO

/// Differentiates a model: writes its nodes, then those of the gradients from the loss backwards.
struct ReversePass {
  /// A node of the model with its rule.
  private struct Step {
    let node: Node
    let rule: (any GradientRule)?
    let saved: [String]
  }

  /// What is written.
  var graph: GraphWriter
  private var model: Model
  private let wanted: [ModelTensor]
  /// Whether parameters that the loss does not depend on are left out.
  private let takesDefaults: Bool
  private var steps: [Step] = []
  /// The tensors that depend on a parameter.
  private var active: Set<String>
  /// The gradients of each tensor that have arrived so far.
  private var arrived: [String: [String]] = [:]

  init(
    _ original: Model, _ names: Set<String>?, _ mode: BatchNormalizationMode
  ) throws(GradientError) {
    var model = original
    guard model.operatorSet >= GradientGraph.operatorSet else {
      throw GradientError(
        model.name,
        "operator set \(model.operatorSet); expected \(GradientGraph.operatorSet) or later, to which "
          + "a model can be lifted")
    }
    model.hoistConstants()
    let selection = try ParameterSelection(model, names)
    wanted = selection.tensors
    takesDefaults = names == nil
    active = Set(wanted.map(\.name))
    graph = GraphWriter(model, type: selection.type)
    let rules = GradientRules.byOperator(mode)
    for node in model.nodes {
      let rule = rules[GradientRules.key(node.operation, node.domain)]
      graph.scope = Self.scope(of: node, "forward")
      let saved = try rule?.forward(node, in: &graph) ?? []
      if rule == nil { graph.keep(node) }
      steps.append(Step(node: node, rule: rule, saved: saved))
      let inputs = node.inputs + (node.hasSubgraph ? Array(node.namesInSubgraphs) : [])
      if !GradientRules.blocks(node), inputs.contains(where: active.contains) {
        active.formUnion(node.outputs.filter { !$0.isEmpty })
      }
    }
    self.model = model
  }

  private static func scope(of node: Node, _ part: String) -> String {
    "\(part)/\(node.name.isEmpty ? node.outputs.first ?? node.operation : node.name)"
  }

  /// Writes the loss and the gradient of the output that it is of.
  ///
  /// - Returns: The input for targets and the output with the loss.
  mutating func addLoss(_ loss: Loss) throws(GradientError) -> (target: String, loss: String) {
    graph.scope = "loss"
    let terms = try LossTerms(loss, of: model, in: &graph)
    arrived[terms.output] = [terms.gradient]
    model.inputs.append(terms.target)
    return (terms.target.name, terms.loss)
  }

  /// Writes the gradients of all nodes.
  ///
  /// - Returns: The parameters, with the outputs that have their gradients.
  mutating func differentiate() throws(GradientError) -> [GradientGraph.Parameter] {
    for step in steps.reversed() {
      guard step.node.outputs.contains(where: { arrived[$0] != nil }) else { continue }
      let wants = step.node.inputs.map(active.contains)
      guard step.node.outputs.contains(where: active.contains) else { continue }
      guard let rule = step.rule, !step.node.hasSubgraph else { throw noRule(step.node) }
      graph.scope = Self.scope(of: step.node, "gradient")
      let incoming = step.node.outputs.map { name in
        arrived.removeValue(forKey: name).map { graph.sum($0) }
      }
      let subject = DifferentiatedNode(
        node: step.node, saved: step.saved, outputGradients: incoming, wanted: wants)
      let gradients = try rule.gradients(of: subject, in: &graph)
      for (place, gradient) in gradients.enumerated() where subject.wants(place) {
        if let gradient { arrived[step.node.inputs[place], default: []].append(gradient) }
      }
    }
    var parameters: [GradientGraph.Parameter] = []
    for tensor in wanted {
      guard let parts = arrived[tensor.name] else {
        if takesDefaults { continue }
        throw GradientError(
          model.name,
          "the loss does not depend on the parameter '\(printable(tensor.name))'; expected one that "
            + "the first output is made of")
      }
      graph.scope = "gradient"
      let gradient = graph.add(
        "Identity", [graph.sum(parts)], output: graph.name("\(tensor.name)_gradient"))
      parameters.append(
        GradientGraph.Parameter(
          name: tensor.name, shape: tensor.shape,
          values: try ParameterSelection.values(of: tensor, in: model), gradient: gradient))
    }
    guard !parameters.isEmpty else {
      throw GradientError(
        model.name, "has no parameter that the loss depends on; expected a weight or a bias")
    }
    return parameters
  }

  private func noRule(_ node: Node) -> GradientError {
    let operation = node.domain.isEmpty ? node.operation : "\(node.domain).\(node.operation)"
    return GradientError(
      model.name,
      "\(node.label) lies between a parameter and the loss, and \(printable(operation)) has no rule "
        + "for its gradient; those with one: \(GradientGraph.operators.joined(separator: ", "))")
  }

  /// The model with all that was written, without nodes and constants that lead to no output.
  func finished(
    target: String, loss: String, _ parameters: [GradientGraph.Parameter],
    _ statistics: [GradientGraph.Statistic]
  ) throws(GradientError) -> Model {
    var result = model
    let trained = Set(parameters.map(\.name))
    result.outputs +=
      ([loss] + parameters.map(\.gradient) + statistics.flatMap { [$0.mean, $0.variance] })
      .map { ModelPort(name: $0) }
    var needed = Set(result.outputs.map(\.name))
    var nodes: [Node] = []
    for node in graph.nodes.reversed() where node.outputs.contains(where: needed.contains) {
      needed.formUnion(node.inputs)
      needed.formUnion(node.namesInSubgraphs)
      nodes.append(node)
    }
    result.nodes = nodes.reversed()
    result.initializers = (model.initializers + graph.constants)
      .filter { needed.contains($0.name) && !trained.contains($0.name) }
    let own = model.inputs.filter { !trained.contains($0.name) }
    result.inputs =
      own
      + parameters.map {
        ModelPort(name: $0.name, type: graph.type, shape: $0.shape)
      }
    return result
  }
}

extension Model {
  /// Makes initializers of the constants that nodes hold, so that they can be parameters.
  fileprivate mutating func hoistConstants() {
    for node in nodes {
      guard var tensor = node.constant, tensor.type?.isFloat == true else { continue }
      tensor.name = node.outputs[0]
      initializers.append(tensor)
    }
    let known = Set(initializers.map(\.name))
    nodes.removeAll { $0.operation == "Constant" && known.contains($0.outputs.first ?? "") }
  }
}
