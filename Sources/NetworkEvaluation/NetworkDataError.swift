/// What is wrong with the data for a model; every text is one line.
package struct NetworkDataError: Error, Hashable, CustomStringConvertible {
  /// The file or the tensor, what was found and what was expected.
  package let description: String

  /// An error that says so.
  package init(_ description: String) { self.description = description }
}
