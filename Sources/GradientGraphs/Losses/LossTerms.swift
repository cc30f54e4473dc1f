internal import ModelFiles

/// A loss in a graph, with the gradient of the tensor that it is of.
struct LossTerms {
  /// The input for targets.
  let target: ModelPort
  /// The output with the loss, a scalar.
  let loss: String
  /// The tensor whose gradient is known: the logits, or the output.
  let output: String
  /// Its gradient.
  let gradient: String

  /// Writes a loss.
  init(_ loss: Loss, of model: Model, in graph: inout GraphWriter) throws(GradientError) {
    guard let first = model.outputs.first else {
      throw GradientError(model.name, "has no output; expected one for the loss")
    }
    let source = model.source(of: first.name)
    let isSoftmax = source?.operation == "Softmax"
    let logits = isSoftmax ? source?.inputs[0] ?? first.name : first.name
    let target = graph.name("target")
    let shape = graph.knownShape(of: first.name)
    switch loss {
    case .crossEntropy:
      output = logits
      (self.loss, gradient) = Self.crossEntropy(logits, target, &graph)
      self.target = ModelPort(name: target, type: .int64, shape: [shape?.first ?? nil])
    case .meanSquaredError:
      output = first.name
      (self.loss, gradient) = Self.meanSquaredError(first.name, target, &graph)
      self.target = ModelPort(name: target, type: graph.type, shape: shape)
    case .distillation(let temperature):
      guard temperature > 0, temperature.isFinite else {
        throw GradientError(
          model.name,
          "the temperature of distillation is \(temperature); expected a positive number")
      }
      output = logits
      // Probabilities are their own logarithm's softmax; those that are 0 have a finite one here.
      let teacher =
        isSoftmax ? graph.add("Log", [graph.add("Max", [target, graph.scalar(1e-30)])]) : target
      (self.loss, gradient) = Self.distillation(
        logits, teacher, temperature: Double(temperature), &graph)
      self.target = ModelPort(name: target, type: graph.type, shape: shape)
    }
  }

  /// `loss = -mean log softmax(z)[class]`, `dz = (softmax(z) - [class]) / N`.
  private static func crossEntropy(
    _ logits: String, _ target: String, _ graph: inout GraphWriter
  ) -> (loss: String, gradient: String) {
    let logarithms = graph.add("LogSoftmax", [logits]) { $0.set("axis", -1) }
    let places = graph.add("Unsqueeze", [target, graph.list([-1])])
    let picked = graph.add("GatherElements", [logarithms, places]) { $0.set("axis", -1) }
    let loss = graph.add("Neg", [graph.mean(picked)])
    let probabilities = graph.add("Exp", [logarithms])
    let own = graph.add("GatherElements", [probabilities, places]) { $0.set("axis", -1) }
    let less = graph.add("Sub", [own, graph.scalar(1)])
    let differences = graph.add("ScatterElements", [probabilities, places, less]) {
      $0.set("axis", -1)
    }
    return (loss, graph.add("Div", [differences, graph.count(of: target)]))
  }

  /// `loss = mean (y - t)²`, `dy = 2 (y - t) / n`.
  private static func meanSquaredError(
    _ output: String, _ target: String, _ graph: inout GraphWriter
  ) -> (loss: String, gradient: String) {
    let difference = graph.add("Sub", [output, target])
    let loss = graph.mean(graph.product(difference, difference))
    let twice = graph.scaled(difference, by: 2)
    return (loss, graph.add("Div", [twice, graph.count(of: difference)]))
  }

  /// `loss = T² / N sum p (log p - log q)`, `dz = T (q - p) / N`.
  private static func distillation(
    _ logits: String, _ teacher: String, temperature: Double, _ graph: inout GraphWriter
  ) -> (loss: String, gradient: String) {
    let (own, other) = (
      graph.scaled(logits, by: 1 / temperature), graph.scaled(teacher, by: 1 / temperature)
    )
    let student = graph.add("LogSoftmax", [own]) { $0.set("axis", -1) }
    let wanted = graph.add("LogSoftmax", [other]) { $0.set("axis", -1) }
    let (q, p) = (graph.add("Exp", [student]), graph.add("Exp", [wanted]))
    let parts = graph.product(p, graph.add("Sub", [wanted, student]))
    let perRow = graph.sum(parts, over: graph.list([-1]), keepsAxes: false)
    let loss = graph.scaled(graph.mean(perRow), by: temperature * temperature)
    let scaled = graph.scaled(graph.add("Sub", [q, p]), by: temperature)
    return (loss, graph.add("Div", [scaled, graph.count(of: perRow)]))
  }
}

extension GraphWriter {
  /// The mean of all elements, a scalar.
  fileprivate mutating func mean(_ tensor: String) -> String {
    add("ReduceMean", [tensor]) { $0.set("keepdims", 0) }
  }
}

extension Model {
  /// The node that makes a tensor, nodes that only give it another name passed over.
  fileprivate func source(of tensor: String) -> Node? {
    let makers = GraphIndex(self).makers
    var name = tensor
    while let maker = makers[name] {
      guard nodes[maker].operation == "Identity", let next = nodes[maker].input(0) else {
        return nodes[maker]
      }
      name = next
    }
    return nil
  }
}
