internal import ModelFiles
internal import NetworkQuantization
internal import QuantizationCore
internal import TensorIO

/// The tensors of a float model under every name that ranges may know them by: those of the file, and
/// those of weights into which a batch normalization is folded.
struct ScoredNetwork: Sendable {
  /// Where the values of a tensor come from.
  enum Place { case constant, made, nowhere }

  private let model: Model
  private let path: String
  private let index: GraphIndex
  private let inputs: Set<String>
  private let folded: PreparedNetwork?
  private let foldedConstants: [String: ModelTensor]

  /// Reads a model.
  ///
  /// - Throws: `ModelError`.
  init(_ path: String) throws {
    self.path = path
    model = try Model(path: path)
    index = GraphIndex(model)
    inputs = Set(model.inputs.map(\.name))
    // A model with nothing to fold or to quantize still has tensors.
    folded = try? PreparedNetwork(path, PlacementChoice())
    foldedConstants = folded.map { GraphIndex($0.model).constants } ?? [:]
  }

  /// Where the values of a tensor come from.
  func place(_ name: String) -> Place {
    if index.constants[name] != nil || foldedConstants[name] != nil { return .constant }
    return index.makers[name] != nil || inputs.contains(name) ? .made : .nowhere
  }

  /// The model to run for the values of activations: folded, as it is calibrated, or where one of them is
  /// gone then, as its file has it.
  func model(making activations: [String]) -> Model {
    guard let folded = folded?.model else { return model }
    let made = GraphIndex(folded).makers
    return activations.allSatisfy { made[$0] != nil || inputs.contains($0) } ? folded : model
  }

  /// All names.
  var names: [String] {
    Array(index.constants.keys) + Array(index.makers.keys) + inputs + Array(foldedConstants.keys)
  }

  /// A constant, cut into lanes.
  ///
  /// - Throws: `NetworkDataError` where a range is for another shape; what reading throws.
  func batches(
    of name: String, _ granularity: Granularity, _ candidates: [RangeCandidate]
  ) throws -> TensorBatches {
    if let constant = index.constants[name] {
      try candidates.forEach { try $0.check(shape: constant.shape) }
      return try TensorBatches(
        files: ["\(path)#\(name)"], BatchLayout(whole: constant.shape), granularity,
        nonFinite: .error)
    }
    let shape = foldedConstants[name]?.shape ?? []
    try candidates.forEach { try $0.check(shape: shape) }
    let values = try folded?.values(ofWeight: name) ?? []
    return try TensorBatches(
      Tensor(shape: shape, values: values), BatchLayout(whole: shape), granularity)
  }
}
