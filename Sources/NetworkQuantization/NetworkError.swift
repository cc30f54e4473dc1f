/// Why a network cannot be quantized as asked; every text is one line.
package struct NetworkError: Error, Hashable, CustomStringConvertible {
  /// The model, what is wrong and what was expected.
  package let description: String

  /// An error of a model.
  package init(_ model: String, _ reason: String) { description = "\(model): \(reason)" }
}
