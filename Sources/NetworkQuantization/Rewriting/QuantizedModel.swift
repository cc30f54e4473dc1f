package import ModelFiles

/// How a quantized model computes.
package enum QuantizationMode: String, Sendable, CaseIterable {
  /// Weights and activations have fixed ranges: QuantizeLinear and DequantizeLinear around each tensor.
  case `static`
  /// Weights have fixed ranges, activations get one while the model runs: DynamicQuantizeLinear and
  /// integer products.
  case dynamic
  /// Weights only: DequantizeLinear before the operator, which computes in float.
  case weights
}

/// A model with quantizers in it, and what became of each tensor.
package struct QuantizedModel: Sendable {
  /// The model, ready to be written.
  package var model: Model
  /// The tensors that are quantized, those of 32-bit biases among them.
  package var tensors: Int = 0
  /// What stays float although it could be quantized, and why.
  package var remarks: [String] = []
  /// The sizes of the parts.
  package var sizes = ModelSizes()
}

/// What the parts of a quantized model take in its file, in bytes.
package struct ModelSizes: Hashable, Sendable {
  /// The codes of weights.
  package var codes = 0
  /// The scales of weights, activations and biases.
  package var scales = 0
  /// The zero points of weights, activations and biases.
  package var zeroPoints = 0
  /// The codes of biases.
  package var biases = 0
  /// The constants that stay float.
  package var floats = 0
  /// Everything else: the graph, names, constants of other types.
  package var rest = 0

  /// All parts together.
  package var total: Int { codes + scales + zeroPoints + biases + floats + rest }
}
