package import ModelFiles
package import NetworkQuantization
internal import QuantizationCore
package import RangeFiles

/// A float model with fake quantization in front of the weights and activations that quantization is for, so
/// that it trains with the errors that its codes will make.
///
/// Quantizers stand where `Model.quantized` puts them: what is learned here is what the quantized model
/// computes. Batch normalizations are folded before, and biases stay Floats until the end (their codes have
/// 32 bits). Zero points stay what the starting ranges made them, but where ranges follow or zero points learn.
package struct FakeQuantizedNetwork: Sendable {
  /// The model with nodes of the operator `FakeQuantize`.
  package private(set) var model: Model
  /// What becomes of scales.
  package let scales: ScaleTraining
  /// The ranges that follow what is seen; nothing unless they do.
  package private(set) var follower: RangeFollower?
  private let float: Model
  private let placement: Placement
  private let start: RangeSet
  /// The names of the scale and the zero point of each tensor with a range.
  private var names: [String: (scale: String, zeroPoint: String)] = [:]

  /// Puts quantizers into a model.
  ///
  /// - Parameters:
  ///   - model: A float model, lifted and folded.
  ///   - placement: Which tensors, of this model.
  ///   - ranges: Their ranges at the beginning; tensors without one stay float.
  ///   - scales: What becomes of their scales.
  /// - Throws: ``TrainingError`` for ranges of groups, and for codes that are no whole numbers.
  ///
  /// Complexity: O(nodes and weights).
  package init(
    _ model: Model, _ placement: Placement, _ ranges: RangeSet, scales: ScaleTraining
  ) throws {
    (self.model, float, start) = (model, model, ranges)
    (self.placement, self.scales) = (placement, scales)
    let known = Dictionary(
      ranges.tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    var insertion = QuantizerInsertion(model, scales)
    for activation in placement.activations {
      guard let range = known[activation.name], range.kind == .activation else { continue }
      names[activation.name] = try insertion.insert(range, at: activation.uses)
    }
    for weight in placement.weights {
      guard let range = known[weight.name], range.kind == .weight else { continue }
      names[weight.name] = try insertion.insert(range, at: weight.uses)
    }
    guard !names.isEmpty else {
      throw TrainingError("\(model.name): nothing to quantize: no tensor has a range")
    }
    self.model = insertion.finished
    learned = insertion.learned
    follower = scales == .following ? RangeFollower(insertion.followed) : nil
  }

  /// The scales and zero points that are parameters, by name.
  package let learned: [String: QuantizerParameter]

  /// The ranges that training has come to.
  ///
  /// - Parameter values: Trained constants by name, and followed ranges by the name of the scale.
  package func ranges(_ values: [String: [Float]]) -> RangeSet {
    RangeSet(
      model: start.model,
      tensors: start.tensors.map { range in
        guard let name = names[range.name], let own = values[name.scale] else { return range }
        let parameters =
          scales == .following
          ? RangeFollower.parameters(own, range.grid)
          : zip(own, zeroPoints(range, values[name.zeroPoint])).map {
            QuantizationParameters(scale: Double($0), zeroPoint: $1, grid: range.grid)
          }
        return TensorRange(
          name: range.name, kind: range.kind, shape: range.shape, granularity: range.granularity,
          grid: range.grid, estimator: "\(range.estimator)+\(scales.rawValue)",
          scales: parameters.map(\.scale), zeroPoints: parameters.map(\.zeroPoint))
      })
  }

  /// Zero points as codes: learned ones rounded, as they are in the graph.
  private func zeroPoints(_ range: TensorRange, _ learned: [Float]?) -> [Int] {
    learned?.map { Int($0.rounded(.toNearestOrEven)) } ?? range.zeroPoints
  }

  /// The float model with trained constants.
  package func floatModel(_ values: [String: [Float]]) -> Model { float.replacing(values) }

  /// The quantized model: codes, QuantizeLinear and DequantizeLinear.
  ///
  /// - Throws: What `Model.quantized` throws.
  package func quantizedModel(_ values: [String: [Float]]) throws -> QuantizedModel {
    try floatModel(values).quantized(placement, ranges(values)) { tensor in
      throw TrainingError(
        "\(float.name): the constant '\(tensor.name)' lies in another file; expected its values "
          + "in the model")
    }
  }
}

extension Model {
  /// The model with other values for some of its constants.
  package func replacing(_ values: [String: [Float]]) -> Model {
    var copy = self
    for (place, tensor) in initializers.enumerated() {
      guard let own = values[tensor.name], own.count == tensor.count, tensor.type == .float32 else {
        continue
      }
      copy.initializers[place] = ModelTensor(name: tensor.name, shape: tensor.shape, own)
    }
    return copy
  }
}
