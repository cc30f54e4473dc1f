internal import ModelFiles
internal import TensorIO

/// The constants of a model that are to be trained.
struct ParameterSelection {
  /// Them, in the order of the model.
  let tensors: [ModelTensor]
  /// The type of all of them.
  let type: ModelElementType

  /// Chooses parameters.
  ///
  /// - Parameters:
  ///   - model: A model whose constants are initializers.
  ///   - names: Which; nil for those of ``DefaultParameters``.
  init(_ model: Model, _ names: Set<String>?) throws(GradientError) {
    let wanted = names ?? DefaultParameters.names(in: model)
    let all = model.initializers.filter { wanted.contains($0.name) }
    if names != nil, all.count < wanted.count {
      let missing = wanted.subtracting(all.map(\.name)).min() ?? ""
      throw GradientError(
        model.name, "has no constant '\(printable(missing))', which is to be a parameter")
    }
    type = all.contains { $0.type == .float64 } ? .float64 : .float32
    let type = type
    if let odd = all.first(where: { $0.type != type }) {
      throw GradientError(
        model.name,
        "the parameter '\(printable(odd.name))' is \(odd.type.map { "\($0)" } ?? "of no known type"); "
          + "expected float32")
    }
    tensors = all
  }

  /// The values of a parameter: of the model, or of a file beside it.
  static func values(of tensor: ModelTensor, in model: Model) throws(GradientError) -> [Float] {
    if let values = tensor.floats { return values }
    do {
      return try TensorFile.open("\(model.folder)/\(model.name)#\(tensor.name)")[0]
        .load(nonFinite: .error).values
    } catch {
      throw GradientError(
        model.name, "the values of '\(printable(tensor.name))' cannot be read: \(error)")
    }
  }
}

/// Which constants are parameters where none are named: weights, biases and learned scales.
///
/// A weight is a float32 (or float64) constant of more than one number that stands where an operator
/// has its weights or biases, as it is or behind Identity, Reshape, Transpose, Squeeze, Unsqueeze or a
/// FakeQuantize. A single number there, such as the 0.5 of a GELU that is written out, is none. Scales
/// and zero points of a ``FakeQuantization`` are parameters where its gradient learns them.
enum DefaultParameters {
  /// The inputs of an operator where a constant is a weight; all of them for an empty list.
  private static let places: [String: [Int]] = [
    "Conv": [1, 2], "ConvTranspose": [1, 2], "Gemm": [0, 1, 2], "MatMul": [0, 1],
    "BatchNormalization": [1, 2], "InstanceNormalization": [1, 2], "LayerNormalization": [1, 2],
    "PRelu": [1], "Add": [0, 1], "Mul": [0, 1],
  ]

  private static let handsOn: Set<String> = [
    "Identity", "Reshape", "Transpose", "Squeeze", "Unsqueeze",
  ]

  /// The names of the constants.
  static func names(in model: Model) -> Set<String> {
    let index = GraphIndex(model)
    let constants = Dictionary(
      model.initializers.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    // The constant that operators hand on as it is, or rounded.
    func source(_ name: String) -> String {
      var name = name
      while constants[name] == nil, let maker = index.makers[name] {
        let node = model.nodes[maker]
        guard FakeQuantization(node) != nil || handsOn.contains(node.operation),
          let next = node.input(0)
        else { break }
        name = next
      }
      return name
    }
    var names: Set<String> = []
    for node in model.nodes {
      if let quantization = FakeQuantization(node) {
        for place in quantization.learnedInputs {
          if let name = node.input(place).map(source), constants[name] != nil {
            names.insert(name)
          }
        }
      }
      guard node.domain.isEmpty, let places = places[node.operation] else { continue }
      for place in places {
        guard let name = node.input(place).map(source) else { continue }
        if let tensor = constants[name], tensor.count > 1, tensor.type?.isFloat == true {
          names.insert(name)
        }
      }
    }
    return names
  }
}
