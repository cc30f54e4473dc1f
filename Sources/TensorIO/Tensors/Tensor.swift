/// A dense float32 tensor in C (row-major) order.
public struct Tensor: Sendable {
  /// The length of each axis; empty for a scalar.
  public let shape: [Int]
  /// The elements; the index of the last axis changes fastest.
  public let values: [Float]

  /// Creates a tensor.
  ///
  /// - Precondition: The product of `shape` is `values.count`.
  public init(shape: [Int], values: [Float]) {
    precondition(
      elementCount(of: shape) == values.count,
      "shape \(shapeText(shape)) does not describe \(values.count) values")
    self.shape = shape
    self.values = values
  }

  /// The number of elements.
  public var count: Int { values.count }
}
