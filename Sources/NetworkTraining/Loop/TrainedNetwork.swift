package import GradientGraphs
package import ModelFiles
internal import NetworkQuantization

/// What is trained: a float model as it is, or with fake quantization.
package enum TrainedNetwork: Sendable {
  /// A float model, and which statistics its batch normalizations use meanwhile.
  case float(Model, BatchNormalizationMode)
  /// A model whose codes are simulated.
  case quantized(FakeQuantizedNetwork)

  /// The model that is differentiated.
  package var model: Model {
    switch self {
    case .float(let model, _): model
    case .quantized(let network): network.model
    }
  }

  /// The model with its gradients.
  ///
  /// - Throws: `GradientError` where an operator has no rule.
  package func graph(_ loss: Loss) throws(GradientError) -> GradientGraph {
    switch self {
    case .float(let model, let mode):
      try GradientGraph(of: model, loss: loss, batchNormalization: mode)
    case .quantized(let network):
      // What could not be folded keeps its statistics: codes would not follow them.
      try GradientGraph(of: network.model, loss: loss, batchNormalization: .frozen)
    }
  }

  /// How each parameter of the graph moves.
  package func parameters(of graph: GradientGraph, _ optimizer: Optimizer) -> [TrainedParameter] {
    var learned: [String: QuantizerParameter] = [:]
    if case .quantized(let network) = self { learned = network.learned }
    return graph.parameters.map {
      TrainedParameter($0, learned: learned, optimizer: optimizer)
    }
  }

  /// The ranges that follow what is seen; nothing where none do.
  package var follower: RangeFollower? {
    if case .quantized(let network) = self { return network.follower }
    return nil
  }

  /// The float model with trained constants.
  package func floatModel(_ values: [String: [Float]]) -> Model {
    switch self {
    case .float(let model, _): model.replacing(values)
    case .quantized(let network): network.floatModel(values)
    }
  }

  /// The model that test samples judge: the one that is written in the end, with its codes where it has
  /// some.
  ///
  /// - Throws: What `Model.quantized` throws.
  package func judgedModel(_ values: [String: [Float]]) throws -> Model {
    switch self {
    case .float(let model, _): model.replacing(values)
    case .quantized(let network): try network.quantizedModel(values).model
    }
  }
}
