/// The largest number of axes.
///
/// Formats have no limit; this one keeps a hostile header from taking time.
package let maximumAxes = 64

/// The product of `shape`; nil if a length is negative or the product overflows `Int`.
///
/// The result is also nil if only the product of the lengths that are not zero overflows: such a
/// header is not valid.
package func elementCount(of shape: [Int]) -> Int? {
  var product = 1
  var hasZero = false
  for extent in shape {
    guard extent >= 0 else { return nil }
    guard extent > 0 else {
      hasZero = true
      continue
    }
    let (next, overflow) = product.multipliedReportingOverflow(by: extent)
    guard !overflow else { return nil }
    product = next
  }
  return hasZero ? 0 : product
}

/// The shape as Python writes it: `()`, `(3,)`, `(2, 3)`.
package func shapeText(_ shape: [Int]) -> String {
  if shape.count == 1 { return "(\(shape[0]),)" }
  return "(" + shape.map(String.init).joined(separator: ", ") + ")"
}

/// The checked size of a tensor in a file.
package struct Extent: Equatable, Sendable {
  /// The number of elements, zero or more.
  package let elements: Int
  /// The number of bytes of the elements in the file.
  package let bytes: Int

  /// Checks the shape in a header, before memory is allocated for it.
  package init(
    shape: [Int], bytesPerElement: Int, name: String
  ) throws(TensorFileError) {
    guard shape.count <= maximumAxes else {
      throw .unsupported(
        name: name, reason: "\(shape.count) dimensions; expected at most \(maximumAxes)")
    }
    if let axis = shape.firstIndex(where: { $0 < 0 }) {
      throw .malformed(
        name: name,
        reason: "negative dimension \(shape[axis]) at axis \(axis); expected zero or more")
    }
    guard let elements = elementCount(of: shape) else {
      throw .malformed(
        name: name,
        reason: "shape \(printable(shapeText(shape))) has more elements than 64 bits can count")
    }
    let (bytes, overflow) = elements.multipliedReportingOverflow(by: bytesPerElement)
    guard !overflow else {
      throw .malformed(
        name: name,
        reason: "shape \(printable(shapeText(shape))) has more bytes than 64 bits can count")
    }
    self.elements = elements
    self.bytes = bytes
  }
}
