extension RuntimeValue {
  /// A tensor with a copy of bytes.
  ///
  /// - Parameters:
  ///   - bytes: Its elements in row-major order, in the byte order of this machine.
  ///   - type: The type of its elements.
  ///   - shape: The sizes of its axes.
  /// - Throws: `unsuitable` when there are more or fewer bytes than the shape needs.
  package convenience init(
    _ bytes: [UInt8], type: RuntimeElementType, shape: [Int]
  ) throws(RuntimeError) {
    try self.init(copying: bytes.span.bytes, type: type, shape: shape)
  }

  /// A tensor of float32.
  ///
  /// - Throws: `unsuitable` when there are more or fewer values than the shape needs.
  package convenience init(_ values: [Float], shape: [Int]) throws(RuntimeError) {
    try self.init(copying: values.span.bytes, type: .float32, shape: shape)
  }

  /// A tensor of int64.
  ///
  /// - Throws: `unsuitable` when there are more or fewer values than the shape needs.
  package convenience init(_ values: [Int64], shape: [Int]) throws(RuntimeError) {
    try self.init(copying: values.span.bytes, type: .int64, shape: shape)
  }

  /// The number of its elements.
  package var count: Int { shape.reduce(1, *) }

  /// Calls a function with its bytes, in row-major order and the byte order of this machine.
  package func withBytes<Result, Fault: Error>(
    _ body: (RawSpan) throws(Fault) -> Result
  ) throws(Fault) -> Result {
    defer { withExtendedLifetime(self) {} }
    return try body(bytes.bytes)
  }

  /// Calls a function with its elements in row-major order.
  ///
  /// - Throws: `unsuitable` when it is no tensor of float32, and what the function throws.
  package func withFloats<Result>(_ body: (Span<Float>) throws -> Result) throws -> Result {
    try requireFloats()
    defer { withExtendedLifetime(self) {} }
    return try body(bytes.assumingMemoryBound(to: Float.self).span)
  }

  /// A copy of its elements in row-major order.
  ///
  /// - Throws: `unsuitable` when it is no tensor of float32.
  package var floats: [Float] {
    get throws(RuntimeError) {
      try requireFloats()
      defer { withExtendedLifetime(self) {} }
      return Array(bytes.assumingMemoryBound(to: Float.self))
    }
  }

  private func requireFloats() throws(RuntimeError) {
    guard type == .float32 else { throw .unsuitable("a tensor of \(type) is no float32") }
  }
}
