internal import IntegerLayers
internal import ModelFiles
internal import NetworkQuantization
internal import QuantizationCore

/// What is done with each node of a model: integers where all that an operator reads are codes, ONNX Runtime in
/// float for the rest.
struct NetworkPlan: Sendable {
  /// How a node is computed on codes.
  enum Form: Sendable {
    /// QuantizeLinear of reals, or of codes with another quantizer.
    case quantize(QuantizationParameters)
    /// The same codes under another name: DequantizeLinear, and what lies between a layer and its quantizer.
    case same
    /// Codes in another shape.
    case reshape
    /// Conv, Gemm, MatMul.
    case linear(QuantizedGraph.Destination?)
    /// The sum of two activations.
    case add(QuantizedGraph.Destination)
    /// The largest code of a window.
    case maximum
    /// The mean of a window, or of all places.
    case average(QuantizedGraph.Destination)
  }

  /// A step, in the order of the model.
  enum Step: Sendable {
    case integer(node: Int, Form)
    /// Nodes that ONNX Runtime computes together.
    case float([Int])
  }

  let steps: [Step]
  /// The nodes that are computed in float, by label; constants and quantizers of constants left out.
  let inFloat: [String]

  /// Plans a model.
  ///
  /// Complexity: O(nodes and the chains behind them).
  init(_ graph: QuantizedGraph) {
    var planner = Planner(graph)
    for place in graph.model.nodes.indices { planner.add(place) }
    (steps, inFloat) = (planner.steps, planner.inFloat)
  }
}

/// A plan while it is made.
private struct Planner {
  let graph: QuantizedGraph
  var steps: [NetworkPlan.Step] = []
  var inFloat: [String] = []
  /// The quantizers of tensors that are codes.
  private var codes: [String: QuantizationParameters] = [:]

  init(_ graph: QuantizedGraph) { self.graph = graph }

  mutating func add(_ place: Int) {
    let node = graph.model.nodes[place]
    // Constants, and quantizers of constants, are read where they are needed.
    if node.constant != nil
      || node.input(0).map({ graph.index.constants[$0] != nil }) == true
        && node.operation == "DequantizeLinear"
    {
      return
    }
    if let (form, parameters) = self.form(of: node) {
      steps.append(.integer(node: place, form))
      if let parameters, let output = node.outputs.first { codes[output] = parameters }
      return
    }
    inFloat.append(node.label)
    if case .float(let nodes)? = steps.last {
      steps[steps.count - 1] = .float(nodes + [place])
    } else {
      steps.append(.float([place]))
    }
  }

  /// How a node is computed, and the quantizer of what it makes; nothing for float.
  private func form(of node: Node) -> (NetworkPlan.Form, QuantizationParameters?)? {
    guard node.domain.isEmpty, let output = node.outputs.first else { return nil }
    if let own = graph.parameters(of: node) { return (.quantize(own), own) }
    guard let source = node.input(0), let input = codes[source] else { return nil }
    let destination = graph.destination(of: output)
    switch node.operation {
    case "DequantizeLinear": return (.same, input)
    case "Relu", "Clip":
      // The codes saturate there already.
      let isApplied = graph.bounds(of: node).map { bounds in
        let inside = input.storedCodes(between: bounds)
        return inside == input.storedCodes || isSaturated(source)
      }
      return isApplied == true ? (.same, input) : nil
    case let operation where QuantizedGraph.reshaping.contains(operation):
      return node.outputs.count == 1 ? (.reshape, input) : nil
    case "Conv":
      guard let sizes = OperatorSizes(node),
        let weights = LayerWeights(node, graph, inputScale: input.scale),
        weights.shape.count == 3 || weights.shape.count == 4, sizes.groups > 0
      else { return nil }
      return (.linear(destination), destination?.parameters)
    case "Gemm", "MatMul":
      guard node.integer("transA") ?? 0 == 0, node.float("alpha") ?? 1 == 1,
        node.float("beta") ?? 1 == 1, LayerWeights(node, graph, inputScale: input.scale) != nil
      else { return nil }
      return (.linear(destination), destination?.parameters)
    case "MaxPool":
      return OperatorSizes(node) != nil ? (.maximum, input) : nil
    case "GlobalAveragePool":
      return destination.map { (.average($0), $0.parameters) }
    case "AveragePool":
      guard OperatorSizes(node) != nil else { return nil }
      return destination.map { (.average($0), $0.parameters) }
    case "Add":
      guard let other = node.input(1), codes[other] != nil else { return nil }
      return destination.map { (.add($0), $0.parameters) }
    default: return nil
    }
  }

  /// Whether a tensor was made by a layer that knew of the Relu or Clip behind it.
  private func isSaturated(_ tensor: String) -> Bool {
    guard let maker = graph.index.makers[tensor] else { return false }
    let node = graph.model.nodes[maker]
    switch node.operation {
    case "Conv", "Gemm", "MatMul", "Add", "AveragePool", "GlobalAveragePool": return true
    case "Relu", "Clip", "MaxPool": return node.input(0).map(isSaturated) ?? false
    case let operation where QuantizedGraph.reshaping.contains(operation):
      return node.input(0).map(isSaturated) ?? false
    default: return false
    }
  }
}
