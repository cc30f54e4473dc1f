package import ModelFiles

/// Which tensors of a model are quantized, where they are read, and what stays float for which reason.
///
/// Inputs and weights of Conv, ConvTranspose, Gemm and MatMul, as ONNX Runtime's static quantizer
/// places them, and of other operators where asked for. What lies between an operator and the Relu or
/// Clip behind it gets no quantizer of its own. Attention logits to which a mask is added stay float,
/// and the Softmax over them: the mask's -10000 would be the range.
package struct Placement: Sendable {
  /// A constant that is quantized.
  package struct Weight: Sendable {
    /// The name of the constant.
    package let name: String
    /// The length of each axis.
    package let shape: [Int]
    /// The axis of the output channels.
    package let axis: Int
    /// The axis along which groups lie; nothing for weights of convolutions.
    package let groupAxis: Int?
    /// Where it is read.
    package var uses: [GraphIndex.Use]

    /// A constant of a model.
    package init(
      name: String, shape: [Int], axis: Int, groupAxis: Int?, uses: [GraphIndex.Use]
    ) {
      (self.name, self.shape, self.axis) = (name, shape, axis)
      (self.groupAxis, self.uses) = (groupAxis, uses)
    }
  }

  /// A tensor that is made while the model runs.
  package struct Activation: Sendable {
    /// The name of the tensor.
    package let name: String
    /// Where it is read as codes; other readers read it as it is.
    package var uses: [GraphIndex.Use]
  }

  /// A constant that is added to products of an activation and a weight.
  package struct Bias: Sendable {
    /// The name of the constant.
    package let name: String
    /// The number of elements.
    package let count: Int
    /// Where it is read.
    package let use: GraphIndex.Use
    /// The activation and the weight, whose scales multiply to the scale of the bias.
    package let activation: String
    package let weight: String
  }

  /// The constants, in the order of their first readers.
  package private(set) var weights: [Weight] = []
  /// The tensors between the operators, in the order in which they are made.
  package private(set) var activations: [Activation] = []
  /// The biases, in the order of their readers.
  package private(set) var biases: [Bias] = []
  /// Nodes that could have been quantized and are not: label and reason.
  package private(set) var left: [(node: String, reason: String)] = []
  /// The nodes that are quantized.
  package private(set) var nodes: [Int] = []

  /// Chooses the tensors.
  ///
  /// Complexity: O(nodes and their inputs).
  package init(_ model: Model, _ choice: PlacementChoice) {
    let index = GraphIndex(model)
    let logits = MaskedLogits(model, index)
    var weightPlaces: [WeightKey: Int] = [:]
    var activationPlaces: [String: Int] = [:]
    func addActivation(_ name: String, _ use: GraphIndex.Use? = nil) {
      if let place = activationPlaces[name] {
        if let use { activations[place].uses.append(use) }
      } else {
        activationPlaces[name] = activations.count
        activations.append(Activation(name: name, uses: use.map { [$0] } ?? []))
      }
    }
    for (place, node) in model.nodes.enumerated() {
      guard node.domain.isEmpty, let role = choice.role(of: node) else { continue }
      if let reason = choice.exclusion(of: node) ?? logits.reason(place) {
        left.append((node.label, reason))
        continue
      }
      let inputs = node.inputs.indices.filter { node.input($0) != nil }
      let constant = { (input: Int) in node.input(input).flatMap { index.constants[$0] } }
      let weightInput = role.weightInputs.first { constant($0)?.type?.isFloat == true }
      if let weightInput, let tensor = constant(weightInput), tensor.type != .float32 {
        let type = tensor.type.map { "\($0)" } ?? "unknown"
        left.append((node.label, "its weight is \(type); expected float32"))
        continue
      }
      var weight: Int?
      if let weightInput, let name = node.input(weightInput), let tensor = constant(weightInput) {
        guard tensor.count > 0,
          let axis = node.channelAxis(ofInput: weightInput, rank: tensor.shape.count)
        else {
          left.append((node.label, "its weight has the shape \(tensor.shape)"))
          continue
        }
        let use = GraphIndex.Use(node: place, input: weightInput)
        let key = WeightKey(name: name, axis: axis)
        weight = weightPlaces[key] ?? weights.count
        if let known = weightPlaces[key] {
          weights[known].uses.append(use)
        } else {
          weightPlaces[key] = weights.count
          weights.append(
            Weight(
              name: name, shape: tensor.shape, axis: axis,
              groupAxis: node.reductionAxis(ofInput: weightInput, rank: tensor.shape.count),
              uses: [use]))
        }
      } else if !role.weightInputs.isEmpty, node.operation.hasPrefix("Conv") {
        left.append((node.label, "its weight is no constant"))
        continue
      }
      nodes.append(place)
      for input in role.activationInputs ?? inputs
      where input != weightInput && node.input(input) != nil && constant(input) == nil {
        guard !isPassedOn(to: place, from: node.inputs[input], model, index, choice) else {
          continue
        }
        addActivation(node.inputs[input], GraphIndex.Use(node: place, input: input))
      }
      if let weight, weightInput == 1 { addBias(node, place, role, index, weights[weight]) }
      if role.quantizesOutput, let output = node.outputs.first,
        !isLeftToActivationFunction(output, model, index, choice)
      {
        addActivation(output)
      }
    }
  }

  private struct WeightKey: Hashable {
    let name: String
    let axis: Int
  }

  /// Whether a Relu or Clip reads what a linear operator made: one quantizer behind both is enough.
  private func isPassedOn(
    to place: Int, from tensor: String, _ model: Model, _ index: GraphIndex,
    _ choice: PlacementChoice
  ) -> Bool {
    guard OperatorRole.activationFunctions.contains(model.nodes[place].operation),
      let maker = index.makers[tensor], index.onlyReader(of: tensor) == place
    else { return false }
    return choice.role(of: model.nodes[maker]) != nil
  }

  /// Whether the only reader of an output is a Relu or a Clip, whose own output is quantized instead.
  private func isLeftToActivationFunction(
    _ output: String, _ model: Model, _ index: GraphIndex, _ choice: PlacementChoice
  ) -> Bool {
    guard let reader = index.onlyReader(of: output) else { return false }
    return OperatorRole.activationFunctions.contains(model.nodes[reader].operation)
      && choice.role(of: model.nodes[reader]) != nil
  }

  /// A bias of 32 bits, where the operator adds it to the products as they are.
  private mutating func addBias(
    _ node: Node, _ place: Int, _ role: OperatorRole, _ index: GraphIndex, _ weight: Weight
  ) {
    guard let input = role.biasInput, let name = node.input(input),
      let tensor = index.constants[name], tensor.type == .float32, tensor.shape.count == 1,
      tensor.count == channelCount(of: node, weight),
      node.operation != "Gemm" || (node.float("alpha") ?? 1, node.float("beta") ?? 1) == (1, 1)
    else { return }
    biases.append(
      Bias(
        name: name, count: tensor.count, use: GraphIndex.Use(node: place, input: input),
        activation: node.inputs[0], weight: weight.name))
  }

  private func channelCount(of node: Node, _ weight: Weight) -> Int {
    let groups = node.operation == "ConvTranspose" ? node.integer("group") ?? 1 : 1
    return weight.shape[weight.axis] * groups
  }
}
