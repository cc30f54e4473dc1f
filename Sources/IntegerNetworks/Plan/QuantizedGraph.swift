internal import ModelFiles
internal import IntegerLayers
internal import NetworkQuantization
internal import QuantizationCore
internal import TensorIO

/// A model with QuantizeLinear and DequantizeLinear, looked at from its quantizers.
struct QuantizedGraph: Sendable {
  let model: Model
  let index: GraphIndex
  private let quantizers: [String: QuantizationParameters]

  /// Reads the quantizers.
  ///
  /// - Throws: ``IntegerError`` where the model has none, or one that is not of constants and 8 bits.
  init(_ model: Model) throws(IntegerError) {
    self.model = model
    index = GraphIndex(model)
    let found = ModelQuantizers(model)
    if let bad = found.unread.first {
      throw IntegerError(
        model.name, "the quantizer of '\(printable(bad.tensor))' cannot be read: \(bad.reason)")
    }
    guard !found.activations.isEmpty else {
      throw IntegerError(
        model.name,
        "has no quantized activations; expected a static model, as 'model quantize' writes it")
    }
    for activation in found.activations where !activation.parameters.hasByteCodes {
      throw IntegerError(
        model.name,
        "'\(printable(activation.tensor))' has the codes \(activation.parameters.grid.codes); "
          + "expected 8 bits at most")
    }
    quantizers = Dictionary(
      found.activations.map { ($0.tensor, $0.parameters) }, uniquingKeysWith: { first, _ in first })
  }

  /// The quantizer of a node QuantizeLinear; nothing where no DequantizeLinear reads what it makes.
  func parameters(of node: Node) -> QuantizationParameters? {
    guard node.operation == "QuantizeLinear", let source = node.input(0) else { return nil }
    // A Clip of ours ends where codes of fewer bits do.
    return quantizers[source]
      ?? index.makers[source].flatMap { model.nodes[$0].input(0) }.flatMap { quantizers[$0] }
  }

  /// Where the codes of a tensor come from when a layer makes them at once: through Relu and Clip, which
  /// become codes at which the layer saturates, and through what does not change values.
  struct Destination: Sendable {
    var parameters: QuantizationParameters
    var bounds: ClosedRange<Float>
  }

  /// The quantizer that a tensor goes to and nothing else; nothing where another operator needs its reals.
  func destination(of tensor: String) -> Destination? {
    var name = tensor
    var bounds: ClosedRange<Float> = -.infinity ... .infinity
    while !index.kept.contains(name), let uses = index.uses[name], let first = uses.first {
      // Several quantizers of one tensor are alike.
      let readers = uses.map { model.nodes[$0.node] }
      if readers.allSatisfy({ $0.operation == "QuantizeLinear" }) {
        return parameters(of: readers[0]).map { Destination(parameters: $0, bounds: bounds) }
      }
      guard uses.count == 1, first.input == 0, let next = readers[0].outputs.first else {
        return nil
      }
      switch readers[0].operation {
      case "Relu", "Clip":
        // In front of a maximum or behind it makes no difference.
        guard let own = self.bounds(of: readers[0]) else { return nil }
        let low = min(max(bounds.lowerBound, own.lowerBound), own.upperBound)
        bounds = low...max(low, min(bounds.upperBound, own.upperBound))
      case "MaxPool" where OperatorSizes(readers[0]) != nil: break
      case let operation where Self.reshaping.contains(operation): break
      default: return nil
      }
      name = next
    }
    return nil
  }

  /// Operators that give codes another shape and leave them as they are.
  static let reshaping: Set<String> = ["Flatten", "Reshape", "Squeeze", "Unsqueeze", "Identity"]

  /// The reals between which a Relu or Clip lets values through; nothing where they are not constant.
  func bounds(of node: Node) -> ClosedRange<Float>? {
    guard node.operation == "Clip" else { return 0 ... .infinity }
    func bound(_ input: Int, _ none: Float) -> Float? {
      guard let name = node.input(input) else { return none }
      return index.constants[name]?.floats?.first
    }
    guard let low = bound(1, -.infinity), let high = bound(2, .infinity), low <= high else {
      return nil
    }
    return low...high
  }

  /// The node DequantizeLinear of constant codes that makes a tensor.
  func constantCodes(_ tensor: String?) -> (node: Node, codes: ModelTensor)? {
    guard let tensor, let maker = index.makers[tensor],
      model.nodes[maker].operation == "DequantizeLinear",
      let codes = model.nodes[maker].input(0).flatMap({ index.constants[$0] })
    else { return nil }
    return (model.nodes[maker], codes)
  }
}
