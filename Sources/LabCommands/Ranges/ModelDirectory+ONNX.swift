internal import ExperimentRunner
internal import ModelFiles
internal import NetworkQuantization
internal import RangeFiles
internal import RangeFormats

extension ModelDirectory {
  /// The tensors of an ONNX model.
  ///
  /// The tensors that would be quantized come first, as ranges of the model have them; then all others, also
  /// those that are folded away before.
  ///
  /// - Throws: `ModelError`, and `NetworkError` where the model has nothing to quantize.
  ///
  /// Complexity: O(nodes and their inputs).
  init(onnx path: String) throws {
    let network = try PreparedNetwork(path, PlacementChoice(operators: ["all"]))
    let placement = network.placement
    var tensors: [(name: String, entry: Entry)] = placement.weights.map {
      (
        $0.name,
        Entry(kind: .weight, shape: $0.shape, channelAxis: $0.axis, groupAxis: $0.groupAxis)
      )
    }
    tensors += placement.activations.map { ($0.name, Entry(kind: .activation)) }
    tensors += placement.biases.map { ($0.name, Entry(kind: .bias, shape: [$0.count])) }
    for model in [network.model, try Model(path: path)] {
      tensors += model.initializers.map { ($0.name, Entry(kind: .weight, shape: $0.shape)) }
      tensors += (model.inputs.map(\.name) + model.nodes.flatMap(\.outputs)).map {
        ($0, Entry(kind: .activation))
      }
    }
    let known = tensors.map(\.name).filter { !$0.isEmpty }
    self.init(
      model: RangeSet.Model(name: network.model.name, sha256: network.sha256),
      tensors: tensors.filter { !$0.name.isEmpty }, layers: Self.layers(network),
      hint: { didYouMean($0, among: known) })
  }

  /// The operators that have a weight.
  private static func layers(_ network: PreparedNetwork) -> [Layer] {
    network.placement.weights.flatMap { weight in
      weight.uses.compactMap { use -> Layer? in
        let node = network.model.nodes[use.node]
        guard let input = node.input(1 - use.input), use.input < 2 else { return nil }
        return Layer(
          name: node.name, input: input, weight: weight.name,
          isSmallConvolution: node.isSmallConvolution(weight.shape))
      }
    }
  }
}

extension Node {
  /// Whether this is a convolution of 3 by 3 over all channels, with steps of one.
  fileprivate func isSmallConvolution(_ shape: [Int]) -> Bool {
    operation == "Conv" && shape.count == 4 && shape.suffix(2) == [3, 3]
      && integer("group") ?? 1 == 1
      && (integers("strides") ?? []).allSatisfy { $0 == 1 }
      && (integers("dilations") ?? []).allSatisfy { $0 == 1 }
  }
}
