/// The type of a tensor's elements, with the number that ONNX gives it.
package enum RuntimeElementType: Int32, Sendable, CaseIterable {
  /// No tensor (a sequence or a map), or a type that is not known here.
  case undefined = 0
  case float32 = 1
  case uint8 = 2
  case int8 = 3
  case uint16 = 4
  case int16 = 5
  case int32 = 6
  case int64 = 7
  /// Texts; they have no bytes that could be given or read here.
  case string = 8
  /// One byte, 0 or 1.
  case bool = 9
  case float16 = 10
  case float64 = 11
  case uint32 = 12
  case uint64 = 13
  case complex64 = 14
  case complex128 = 15
  case bfloat16 = 16
  case float8E4M3FN = 17
  case float8E4M3FNUZ = 18
  case float8E5M2 = 19
  case float8E5M2FNUZ = 20
  case uint4 = 21
  case int4 = 22
  case float4E2M1 = 23
  case uint2 = 24
  case int2 = 25

  /// The bits of one element; 0 for what has no bytes.
  package var bitCount: Int {
    switch self {
    case .undefined, .string: 0
    case .uint2, .int2: 2
    case .uint4, .int4, .float4E2M1: 4
    case .uint8, .int8, .bool, .float8E4M3FN, .float8E4M3FNUZ, .float8E5M2, .float8E5M2FNUZ: 8
    case .uint16, .int16, .float16, .bfloat16: 16
    case .float32, .int32, .uint32: 32
    case .int64, .float64, .uint64, .complex64: 64
    case .complex128: 128
    }
  }

  /// The bytes of one element by itself; 0 for what has no bytes.
  package var byteCount: Int { (bitCount + 7) / 8 }

  /// The bytes of a tensor; types of less than a byte are packed, the last byte is filled up.
  ///
  /// - Parameter shape: The sizes of its axes.
  /// - Returns: Nil for a negative size, for a number of bytes beyond Int, and for a type without
  ///   bytes.
  package func byteCount(shape: [Int]) -> Int? {
    guard bitCount > 0, shape.allSatisfy({ $0 >= 0 }) else { return nil }
    // Any order of the sizes gives the same answer, so a zero is looked for first.
    if shape.contains(0) { return 0 }
    var count = 1
    for size in shape {
      let (product, overflows) = count.multipliedReportingOverflow(by: size)
      if overflows { return nil }
      count = product
    }
    let (bits, overflows) = count.multipliedReportingOverflow(by: bitCount)
    return overflows ? nil : bits / 8 + (bits % 8 > 0 ? 1 : 0)
  }
}
