package import ModelFiles

/// How a model is pruned.
package enum PruningRule: Hashable, Sendable {
  /// Each tensor loses this share of its weights.
  case tensors(sparsity: Double)
  /// All tensors together lose this share: the smallest magnitudes, wherever they are.
  case model(sparsity: Double)
  /// Each group of a pattern keeps so many, along the axis of the summed inputs.
  case pattern(PruningPattern)
}

/// A model with weights set to 0, and what became of each tensor.
package struct PrunedModel: Sendable {
  /// A weight of the model.
  package struct Layer: Sendable {
    /// The name of the constant.
    package let name: String
    /// The length of each axis.
    package let shape: [Int]
    /// The weights that are kept.
    package let mask: PruningMask
    /// What the tensor takes in memory.
    package let storage: SparseStorage
    /// Why no weight of it was set to 0; nothing where it was pruned.
    package let reason: String?
  }

  /// The model, ready to be written.
  package let model: Model
  /// The weights in the order of their first readers.
  package let layers: [Layer]
}

extension Model {
  /// Sets the smallest weights of the chosen operators to 0; biases and all else stay.
  ///
  /// Weights that are exactly 0 before count among the smallest. Groups of a pattern lie along the input
  /// channels; a weight whose input channels are no multiple of the group, as those of depthwise
  /// convolutions, is left as it is.
  ///
  /// - Parameters:
  ///   - placement: The tensors, of this model.
  ///   - rule: How many go.
  ///   - values: The finite values of a constant that lies in a file beside the model.
  /// - Throws: ``NetworkError`` where a weight is not finite; what reading values throws.
  ///
  /// Complexity: O(nodes and weights).
  package func pruned(
    _ placement: Placement, _ rule: PruningRule, values: (ModelTensor) throws -> [Float]
  ) throws -> PrunedModel {
    let index = GraphIndex(self)
    var seen: Set<String> = []
    let weights = placement.weights.filter { seen.insert($0.name).inserted }
    let read = try weights.map { weight in
      try finite(index.constants[weight.name].map { try $0.floats ?? values($0) } ?? [], weight)
    }
    let masks = Self.masks(weights, read, rule, nodes)
    var replaced: [String: ModelTensor] = [:]
    var layers: [PrunedModel.Layer] = []
    for (place, weight) in weights.enumerated() {
      var pruned = read[place]
      let mask = masks[place]
      mask?.apply(to: &pruned)
      if mask != nil {
        replaced[weight.name] = ModelTensor(name: weight.name, shape: weight.shape, pruned)
      }
      let kept = PruningMask(nonZerosOf: pruned)
      layers.append(
        PrunedModel.Layer(
          name: weight.name, shape: weight.shape, mask: mask ?? kept,
          storage: SparseStorage(
            count: kept.count, kept: kept.keptCount, rows: weight.shape[weight.axis]),
          reason: mask == nil ? "its input channels are no multiple of the group" : nil))
    }
    return PrunedModel(model: replacing(replaced), layers: layers)
  }

  /// The mask of each weight; nothing where a pattern does not fit.
  private static func masks(
    _ weights: [Placement.Weight], _ values: [[Float]], _ rule: PruningRule, _ nodes: [Node]
  ) -> [PruningMask?] {
    switch rule {
    case .tensors(let sparsity):
      values.map { PruningMask.withoutSmallest(of: [$0], sparsity: sparsity)[0] }
    case .model(let sparsity): PruningMask.withoutSmallest(of: values, sparsity: sparsity)
    case .pattern(let pattern):
      zip(weights, values).map { weight, values in
        PruningMask(
          values, shape: weight.shape, axis: weight.groupAxis ?? (weight.axis == 0 ? 1 : 0),
          keeping: pattern)
      }
    }
  }

  private func finite(_ values: [Float], _ weight: Placement.Weight) throws -> [Float] {
    if let bad = values.firstIndex(where: { !$0.isFinite }) {
      throw NetworkError(
        name,
        "the weight '\(weight.name)' has a non-finite value at index \(bad); "
          + "expected finite values")
    }
    return values
  }

  /// The model with other values for constants, in initializers and nodes alike.
  private func replacing(_ tensors: [String: ModelTensor]) -> Model {
    var copy = self
    let listed = Set(initializers.map(\.name))
    copy.initializers = initializers.map { tensors[$0.name] ?? $0 }
    copy.nodes.removeAll { node in
      node.operation == "Constant" && node.outputs.first.map { tensors[$0] != nil } == true
    }
    copy.initializers += tensors.values.filter { !listed.contains($0.name) }
      .sorted { $0.name < $1.name }
    return copy
  }
}
