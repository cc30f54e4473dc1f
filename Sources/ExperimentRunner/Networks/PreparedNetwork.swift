package import ModelFiles
package import NetworkQuantization
internal import TensorIO

/// A float model, made ready to be quantized: lifted, folded, and with its tensors chosen.
package struct PreparedNetwork: Sendable {
  /// The file as given.
  package let path: String
  /// SHA-256 of the file.
  package let sha256: String
  /// The operator set of the file.
  package let operatorSet: Int
  /// The model after lifting and folding.
  package private(set) var model: Model
  /// The batch normalizations that were folded, by label.
  package let folded: [String]
  /// The tensors that are quantized.
  package private(set) var placement: Placement
  private let choice: PlacementChoice
  /// The constants of ``model`` by name.
  private var constants: [String: ModelTensor]

  /// Reads a model.
  ///
  /// - Parameters:
  ///   - path: The file of a float model.
  ///   - choice: Which nodes are quantized.
  /// - Throws: `ModelError`, and `NetworkError` where the model is quantized already, has an operator
  ///   set that cannot be lifted, or nothing to quantize.
  package init(_ path: String, _ choice: PlacementChoice) throws {
    var model = try Model(path: path)
    if let node = model.nodes.first(where: { Self.quantizers.contains($0.operation) }) {
      throw NetworkError(
        model.name, "is quantized already: it has \(node.label); expected a float model")
    }
    operatorSet = model.operatorSet
    try model.lift(to: 13)
    model.removeCopiesOfConstants()
    folded = model.foldBatchNormalization()
    placement = Placement(model, choice)
    guard !placement.nodes.isEmpty else {
      throw NetworkError(
        model.name,
        "nothing to quantize: none of its \(model.nodes.count) nodes is chosen; expected Conv, "
          + "ConvTranspose, Gemm or MatMul" + Self.reasons(placement))
    }
    (self.path, self.model, self.choice) = (path, model, choice)
    constants = GraphIndex(model).constants
    sha256 = try HashedFile(path: path).hash
  }

  /// Lifts the model further; tensors keep their names.
  ///
  /// - Throws: `NetworkError` where an operator cannot be lifted.
  package mutating func lift(to version: Int) throws(NetworkError) {
    try model.lift(to: version)
    placement = Placement(model, choice)
    constants = GraphIndex(model).constants
  }

  private static let quantizers: Set<String> = [
    "QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear", "QLinearConv", "QLinearMatMul",
    "MatMulInteger", "ConvInteger",
  ]

  private static func reasons(_ placement: Placement) -> String {
    placement.left.first.map { "; \($0.node) stays float: \($0.reason)" } ?? ""
  }

  /// The values of a weight.
  ///
  /// - Throws: `NetworkError` where one is not finite, and what reading a file throws.
  package func values(ofWeight name: String) throws -> [Float] {
    guard let tensor = constants[name] else { return [] }
    let values = try values(of: tensor)
    if let bad = values.firstIndex(where: { !$0.isFinite }) {
      throw NetworkError(
        model.name,
        "the weight '\(printable(name))' has a non-finite value at index \(bad); "
          + "expected finite values")
    }
    return values
  }

  /// The values of a constant: of the model, or of a file beside it.
  package func values(of tensor: ModelTensor) throws -> [Float] {
    if let values = tensor.floats { return values }
    return try TensorFile.open("\(path)#\(tensor.name)")[0].load(nonFinite: .error).values
  }
}
