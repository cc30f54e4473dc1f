internal import ModelFiles

/// Gradients that go back to the elements that an operator picked.
extension GraphWriter {
  /// Adds numbers to zeros in the shape of a tensor.
  ///
  /// - Parameters:
  ///   - values: The numbers.
  ///   - places: Where each goes, of the shape of the numbers: indices of elements in row-major order.
  ///   - other: The tensor whose shape the result has.
  mutating func scattered(_ values: String, to places: String, like other: String) -> String {
    let count = reshaped(add("Size", [other]), to: [1])
    let empty = zeros(count)
    let (flatPlaces, flatValues) = (reshaped(places, to: [-1]), reshaped(values, to: [-1]))
    // One after the other in any number of threads, so that the sum is always the same.
    let flat = add("ScatterElements", [empty, flatPlaces, flatValues]) {
      $0.set("axis", 0)
      $0.set("reduction", "add")
    }
    return reshaped(flat, like: other)
  }

  /// The index of each element of a tensor, in its shape.
  mutating func elementIndices(of tensor: String) -> String {
    let numbers = add("Range", [integer(0), add("Size", [tensor]), integer(1)])
    return reshaped(numbers, like: tensor)
  }
}
