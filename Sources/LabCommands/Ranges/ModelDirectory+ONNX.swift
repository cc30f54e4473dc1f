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
  /// - Parameters:
  ///   - path: The file.
  ///   - network: The same model, prepared with all operators.
  /// - Throws: `ModelError`.
  ///
  /// Complexity: O(nodes and their inputs).
  init(onnx path: String, _ network: PreparedNetwork) throws {
    let placement = Placement(network.model, try PlacementChoice())
    var tensors = Self.placed(placement) + Self.placed(network.placement)
    for model in [network.model, try Model(path: path)] {
      tensors += model.initializers.map { ($0.name, Entry(kind: .weight, shape: $0.shape)) }
      tensors += (model.inputs.map(\.name) + model.nodes.flatMap(\.outputs)).map {
        ($0, Entry(kind: .activation))
      }
    }
    let known = tensors.map(\.name).filter { !$0.isEmpty }
    self.init(
      model: RangeSet.Model(name: network.model.name, sha256: network.sha256),
      tensors: tensors.filter { !$0.name.isEmpty }, layers: Self.layers(placement, network.model),
      hint: { didYouMean($0, among: known) })
  }

  /// The tensors that are quantized, in the order in which the nodes meet them, an activation before the
  /// weight it is multiplied by; then the biases.
  private static func placed(_ placement: Placement) -> [(name: String, entry: Entry)] {
    var met: [(node: Int, name: String, entry: Entry)] = placement.activations.map {
      ($0.uses.map(\.node).min() ?? 0, $0.name, Entry(kind: .activation))
    }
    met += placement.weights.map {
      (
        $0.uses.map(\.node).min() ?? 0, $0.name,
        Entry(kind: .weight, shape: $0.shape, channelAxis: $0.axis, groupAxis: $0.groupAxis)
      )
    }
    let order = met.indices.sorted { (met[$0].node, $0) < (met[$1].node, $1) }
    return order.map { (met[$0].name, met[$0].entry) }
      + placement.biases.map { ($0.name, Entry(kind: .bias, shape: [$0.count])) }
  }

  /// The operators that have a weight.
  private static func layers(_ placement: Placement, _ model: Model) -> [Layer] {
    placement.weights.flatMap { weight in
      weight.uses.compactMap { use -> Layer? in
        let node = model.nodes[use.node]
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
