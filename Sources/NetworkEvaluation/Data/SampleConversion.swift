internal import Foundation
internal import NetworkRuntime
internal import TensorIO

/// How numbers of a file become the numbers that a model reads: `x * scale + offset`.
///
/// Images are bytes in files and small Floats in models.
package struct Normalization: Hashable, Sendable {
  /// The factor.
  package let scale: Float
  /// What is added.
  package let offset: Float

  /// A factor and what is added.
  package init(scale: Float = 1, offset: Float = 0) { (self.scale, self.offset) = (scale, offset) }
}

/// Turns the elements of an array into those of a model's input.
struct SampleConversion {
  private let source: ArrayType
  private let target: RuntimeElementType
  private let normalization: Normalization?

  /// - Returns: Nothing where the input cannot be given such elements: whole numbers become Floats, or
  ///   whole numbers of 64 bits; Floats stay Floats.
  init?(from source: ArrayType, to target: RuntimeElementType, _ normalization: Normalization?) {
    switch target {
    case .float32: break
    case .int64, .int32: guard !source.isFloat else { return nil }
    default: guard Self.names[target] == source else { return nil }
    }
    (self.source, self.target) = (source, target)
    self.normalization = target == .float32 ? normalization : nil
  }

  private static let names: [RuntimeElementType: ArrayType] = [
    .uint8: .uint8, .int8: .int8, .uint16: .uint16, .int16: .int16, .bool: .bool,
    .float64: .float64, .float16: .float16, .uint32: .uint32, .uint64: .uint64,
  ]

  /// A tensor of a model from the bytes of an array.
  func value(_ bytes: [UInt8], shape: [Int]) throws -> RuntimeValue {
    switch target {
    case .float32:
      var floats = Self.floats(bytes, source)
      if let normalization {
        for index in floats.indices {
          floats[index] = floats[index] * normalization.scale + normalization.offset
        }
      }
      return try RuntimeValue(copying: floats.span.bytes, type: .float32, shape: shape)
    case .int64:
      let integers = Self.integers(bytes, source).map(Int64.init)
      return try RuntimeValue(copying: integers.span.bytes, type: .int64, shape: shape)
    case .int32:
      let integers = Self.integers(bytes, source).map { Int32(clamping: $0) }
      return try RuntimeValue(copying: integers.span.bytes, type: .int32, shape: shape)
    default: return try RuntimeValue(copying: bytes.span.bytes, type: target, shape: shape)
    }
  }

  /// The elements as Floats.
  static func floats(_ bytes: [UInt8], _ type: ArrayType) -> [Float] {
    switch type {
    case .float32: loaded(bytes)
    case .float64: (loaded(bytes) as [Double]).map(Float.init)
    case .float16: (loaded(bytes) as [UInt16]).map(widened(half:))
    case .uint8, .bool: bytes.map(Float.init)
    default: integers(bytes, type).map(Float.init)
    }
  }

  /// The elements as whole numbers; none where they are Floats.
  static func integers(_ bytes: [UInt8], _ type: ArrayType) -> [Int] {
    switch type {
    case .bool, .uint8: bytes.map(Int.init)
    case .int8: (loaded(bytes) as [Int8]).map(Int.init)
    case .int16: (loaded(bytes) as [Int16]).map(Int.init)
    case .uint16: (loaded(bytes) as [UInt16]).map(Int.init)
    case .int32: (loaded(bytes) as [Int32]).map(Int.init)
    case .uint32: (loaded(bytes) as [UInt32]).map(Int.init)
    case .int64: (loaded(bytes) as [Int64]).map(Int.init)
    case .uint64: (loaded(bytes) as [UInt64]).map { Int(clamping: $0) }
    case .float16, .float32, .float64: []
    }
  }

  private static func loaded<Value: BitwiseCopyable>(_ bytes: [UInt8]) -> [Value] {
    let count = bytes.count / MemoryLayout<Value>.stride
    return [Value](unsafeUninitializedCapacity: count) { buffer, filled in
      bytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(buffer).copyMemory(from: $0) }
      filled = count
    }
  }
}

extension ArrayType {
  /// Whether the elements are floating-point numbers.
  var isFloat: Bool {
    switch self {
    case .float16, .float32, .float64: true
    default: false
    }
  }
}
