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

  /// The gradient of an operator that only picks elements of its first input: each goes back to where it
  /// came from.
  mutating func scatteredBack(_ gradient: String, of node: Node) -> String {
    let input = node.inputs[0]
    var picking = node
    picking.name = name("\(scope)/\(node.operation)")
    picking.outputs = [picking.name]
    picking.inputs[0] = elementIndices(of: input)
    keep(picking)
    return scattered(gradient, to: picking.outputs[0], like: input)
  }

  /// The index of each element of a tensor, in its shape.
  private mutating func elementIndices(of tensor: String) -> String {
    let numbers = add("Range", [integer(0), add("Size", [tensor]), integer(1)])
    return reshaped(numbers, like: tensor)
  }
}
