/// Why a network cannot be trained as asked; every text is one line.
package struct TrainingError: Error, Hashable, CustomStringConvertible {
  /// The file or the option, what was found and what was expected.
  package let description: String

  /// An error that says so.
  package init(_ description: String) { self.description = description }
}
