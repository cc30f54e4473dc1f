/// A dense float32 tensor in C (row-major) order.
public struct Tensor: Sendable {
  /// The extent of every axis; empty for a scalar.
  public let shape: [Int]
  /// The elements, last axis fastest.
  public let values: [Float]

  /// Joins a shape and its elements.
  ///
  /// - Precondition: the product of `shape` is `values.count`.
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
