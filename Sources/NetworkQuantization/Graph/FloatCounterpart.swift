package import ModelFiles
internal import QuantizationCore

/// Which tensors of a float model the quantizers of a quantized copy are for, whoever made the copy.
package struct FloatCounterpart: Sendable {
  /// A tensor of the float model.
  package struct Activation: Hashable, Sendable {
    /// Its name in the float model.
    package let name: String
    /// Whether the tensor in front of the quantizer is what goes into the Relu or Clip that makes this one:
    /// the codes do the work of the function then.
    package let isBehindFunction: Bool
  }

  private let float: Model
  private let index: GraphIndex
  private let quantized: Model
  private let made: [String: Int]
  private let inputs: Set<String>

  /// Puts two models beside each other.
  ///
  /// Complexity: O(nodes of both).
  package init(_ float: Model, of quantized: Model) {
    (self.float, self.quantized) = (float, quantized)
    index = GraphIndex(float)
    made = GraphIndex(quantized).makers
    inputs = Set(float.inputs.map(\.name))
  }

  /// The tensor that a quantizer is for; nothing where the float model has none of its name.
  package func activation(_ quantizer: ModelQuantizers.Activation) -> Activation? {
    let name = quantizer.name
    guard inputs.contains(name) || index.makers[name] != nil else { return nil }
    // Other quantizers drop a Relu whose work the codes do; the tensor in front of its quantizer, under
    // the name before the Relu or behind it, is another one then.
    if let reader = index.onlyReader(of: name),
      Self.functions.contains(float.nodes[reader].operation),
      let output = float.nodes[reader].outputs.first, made[output] == nil
    {
      return Activation(name: output, isBehindFunction: true)
    }
    guard let own = index.makers[name], let other = made[quantizer.tensor] else {
      return Activation(name: name, isBehindFunction: false)
    }
    return Activation(
      name: name,
      isBehindFunction: Self.functions.contains(float.nodes[own].operation)
        && !Self.functions.contains(quantized.nodes[other].operation))
  }

  /// The constant that codes stand for, and a node that reads it; nothing where the float model has none of
  /// their shape.
  package func weight(_ codes: ModelQuantizers.Weight) -> (name: String, reader: Int)? {
    // Where the name of the reader's output is another, that of the constant may say which it is.
    let read = index.makers[codes.reader.output].flatMap { place in
      float.nodes[place].input(codes.reader.input).map { (name: $0, reader: place) }
    }
    let named = index.uses[codes.name]?.first.map { (name: codes.name, reader: $0.node) }
    return [read, named].compactMap(\.self).first {
      index.constants[$0.name]?.shape == codes.partition.shape
    }
  }

  /// Operators that codes may do the work of.
  private static let functions: Set<String> = ["Relu", "Clip"]
}

extension ModelQuantizers.Activation {
  /// The name of the tensor in the float model, by the custom of ONNX's quantizers: what leaves the model
  /// keeps its name behind the quantizer.
  package var name: String { tensor.withoutSuffix("_QuantizeLinear_Input") }
}

extension ModelQuantizers.Weight {
  /// The name of the constant in the float model, by the custom of ONNX's quantizers.
  package var name: String { codesName.withoutSuffix("_quantized") }
}

extension String {
  fileprivate func withoutSuffix(_ suffix: String) -> String {
    hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
  }
}
