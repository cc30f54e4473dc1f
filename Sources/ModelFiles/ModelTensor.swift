package import Foundation
internal import TensorIO

/// A constant of a model: a name, a type, a shape and the values, or where they lie.
package struct ModelTensor: Sendable {
  /// The message as it was read, with whatever else it says.
  var message: OnnxTensor

  init(_ message: OnnxTensor) { self.message = message }

  /// A constant of values that lie as ONNX stores them: little-endian, in C order, types of four
  /// bits two to a byte with the first in the lower half.
  ///
  /// - Precondition: As many bytes as the shape says.
  package init(name: String, type: ModelElementType, shape: [Int], bytes: Data) {
    message = OnnxTensor()
    message.name = name
    message.dataType = type.rawValue
    message.dims = shape.map(Int64.init)
    message.rawData = bytes
    precondition(byteCount == bytes.count, "as many bytes as the shape says")
  }

  /// A constant of float32 values.
  package init(name: String, shape: [Int], _ values: [Float]) {
    self.init(
      name: name, type: .float32, shape: shape, bytes: values.withUnsafeBytes { Data($0) })
  }

  /// A constant of whole numbers.
  ///
  /// - Precondition: The numbers fit the type, one of 8, 16, 32 or 64 bits, or of 4 bits.
  package init(name: String, type: ModelElementType, shape: [Int], integers: [Int]) {
    self.init(name: name, type: type, shape: shape, bytes: Self.bytes(of: integers, as: type))
  }

  /// The name; empty where a node holds the tensor.
  package var name: String {
    get { message.name }
    set { message.name = newValue }
  }

  /// The type; nothing for one that is not known here.
  package var type: ModelElementType? { ModelElementType(rawValue: message.dataType) }

  /// The length of each axis; empty for a scalar.
  package var shape: [Int] { message.dims.map { Int(clamping: $0) } }

  /// The number of elements.
  package var count: Int { shape.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue } }

  /// What the elements take in the file; nothing for texts.
  package var byteCount: Int? { type?.bitCount.map { (count * $0 + 7) / 8 } }

  /// The file beside the model that holds the values, where they are not in the model.
  package var externalFile: String? {
    guard message.dataLocation == 1 else { return nil }
    return message.externalData.first { $0.key == "location" }?.value
  }

  /// The values as Floats, rounded where they are float64; nothing for other types and for values in
  /// another file.
  package var floats: [Float]? {
    guard externalFile == nil, let type, type.isFloat else { return nil }
    let raw = message.rawData
    let values: [Float]
    switch type {
    case .float32 where raw.isEmpty: values = message.floatData
    case .float32: values = Self.load(raw)
    case .float64 where raw.isEmpty: values = message.doubleData.map(Float.init)
    case .float64: values = (Self.load(raw) as [Double]).map(Float.init)
    default:
      let bits =
        raw.isEmpty ? message.int32Data.map { UInt16(truncatingIfNeeded: $0) } : Self.load(raw)
      values =
        type == .bfloat16
        ? bits.map { Float(bitPattern: UInt32($0) << 16) } : bits.map(widened(half:))
    }
    return values.count == count ? values : nil
  }

  /// The values as whole numbers; nothing for other types than those of 4 to 64 bits and truth values,
  /// and for values in another file.
  package var integers: [Int]? {
    guard externalFile == nil, let type else { return nil }
    let raw = message.rawData
    let values: [Int]
    switch type {
    case .int64: values = raw.isEmpty ? message.int64Data.map { Int($0) } : Self.load(raw)
    case .int32:
      values =
        raw.isEmpty
        ? message.int32Data.map { Int($0) } : (Self.load(raw) as [Int32]).map { Int($0) }
    case .int8, .uint8, .bool, .int16, .uint16:
      guard raw.isEmpty else {
        switch type {
        case .int8: values = (Self.load(raw) as [Int8]).map { Int($0) }
        case .int16: values = (Self.load(raw) as [Int16]).map { Int($0) }
        case .uint16: values = (Self.load(raw) as [UInt16]).map { Int($0) }
        default: values = raw.map { Int($0) }
        }
        break
      }
      values = message.int32Data.map { Int($0) }
    case .int4, .uint4:
      // A field of 32 bits holds two values as a byte does.
      let bytes = raw.isEmpty ? message.int32Data.map { UInt8(truncatingIfNeeded: $0) } : Array(raw)
      let halves = bytes.flatMap { [$0 & 15, $0 >> 4] }.prefix(count)
      values = halves.map { type == .int4 && $0 > 7 ? Int($0) - 16 : Int($0) }
    default: return nil
    }
    return values.count == count ? values : nil
  }

  private static func load<Value: BitwiseCopyable>(_ data: Data) -> [Value] {
    let count = data.count / MemoryLayout<Value>.stride
    return Array(unsafeUninitializedCapacity: count) { buffer, filled in
      filled = data.copyBytes(to: buffer) / MemoryLayout<Value>.stride
    }
  }

  private static func bytes(of integers: [Int], as type: ModelElementType) -> Data {
    func all<Value: FixedWidthInteger>(_ type: Value.Type) -> Data {
      integers.map { Value($0).littleEndian }.withUnsafeBytes { Data($0) }
    }
    switch type {
    case .int8: return all(Int8.self)
    case .uint8: return all(UInt8.self)
    case .int16: return all(Int16.self)
    case .uint16: return all(UInt16.self)
    case .int32: return all(Int32.self)
    case .int64: return all(Int64.self)
    case .int4, .uint4:
      return Data(
        stride(from: 0, to: integers.count, by: 2).map { index in
          let high = index + 1 < integers.count ? integers[index + 1] : 0
          return UInt8(truncatingIfNeeded: integers[index] & 15 | (high & 15) << 4)
        })
    default: preconditionFailure("no whole numbers of \(type)")
    }
  }
}
