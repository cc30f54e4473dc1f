/// Why a layer cannot be computed in integers; every text is one line.
package struct IntegerError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The layer, what is wrong and what was expected.
  package let description: String

  /// An error of a layer.
  package init(_ layer: String, _ reason: String) { description = "\(layer): \(reason)" }
}
