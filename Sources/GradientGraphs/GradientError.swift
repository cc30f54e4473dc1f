/// Why a model cannot be differentiated as asked; every text is one line.
package struct GradientError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The model, what is wrong and what was expected.
  package let description: String

  /// An error of a model.
  init(_ model: String, _ reason: String) { description = "\(model): \(reason)" }
}
