/// The numbers that an array of NumPy's can have.
package enum ArrayType: String, Sendable, CaseIterable {
  case bool
  case int8
  case int16
  case int32
  case int64
  case uint8
  case uint16
  case uint32
  case uint64
  case float16
  case float32
  case float64

  /// The size of one element.
  package var byteCount: Int {
    switch self {
    case .bool, .int8, .uint8: 1
    case .int16, .uint16, .float16: 2
    case .int32, .uint32, .float32: 4
    case .int64, .uint64, .float64: 8
    }
  }

  /// How a message lists them.
  static let expectation =
    "expected bool, int8 to int64, uint8 to uint64, float16, float32 or float64"

  /// The type behind a NumPy type string such as `<i8`; nil for all that is no number, and for
  /// numbers of other sizes.
  init?(descriptor: String) {
    let order = descriptor.utf8.first
    guard let order, "<>=|".utf8.contains(order),
      let type = Self.byDescriptor[String(descriptor.dropFirst())]
    else { return nil }
    self = type
  }

  private static let byDescriptor: [String: ArrayType] = [
    "b1": .bool, "i1": .int8, "i2": .int16, "i4": .int32, "i8": .int64, "u1": .uint8,
    "u2": .uint16, "u4": .uint32, "u8": .uint64, "f2": .float16, "f4": .float32, "f8": .float64,
  ]
}
