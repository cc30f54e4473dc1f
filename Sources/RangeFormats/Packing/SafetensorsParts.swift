internal import Foundation
internal import TensorIO

extension FormatInput {
  /// The tensors of the file.
  func safetensors() throws(FormatFault) -> SafetensorsImage {
    do throws(TensorFileError) { return try SafetensorsImage(bytes) } catch {
      switch error {
      case .malformed(let name, let reason), .unsupported(let name, let reason):
        throw name.hasPrefix("#")
          ? FormatFault(quoted(String(name.dropFirst())), reason) : FormatFault(reason)
      default: throw FormatFault("\(error)")
      }
    }
  }
}

extension SafetensorsImage.Member {
  /// The numbers, as scales.
  ///
  /// - Throws: ``FormatFault`` for types other than float64, float32, float16 and bfloat16.
  func floats() throws(FormatFault) -> [Float] {
    switch type {
    case "F64": return elements(UInt64.self).map { Float(Double(bitPattern: $0)) }
    case "F32": return elements(UInt32.self).map { Float(bitPattern: $0) }
    case "F16": return elements(UInt16.self).map { widened(half: $0) }
    case "BF16": return elements(UInt16.self).map { Float(bitPattern: UInt32($0) << 16) }
    default:
      throw FormatFault(quoted(name), "is of type \(quoted(type)); expected F64, F32, F16 or BF16")
    }
  }

  /// The numbers, as codes and indices.
  ///
  /// - Throws: ``FormatFault`` for other types.
  func integers() throws(FormatFault) -> [Int] {
    switch type {
    case "U8": return elements(UInt8.self).map { Int($0) }
    case "I8": return elements(Int8.self).map { Int($0) }
    case "I32": return elements(Int32.self).map { Int($0) }
    case "I64": return elements(Int64.self).map { Int($0) }
    default:
      throw FormatFault(quoted(name), "is of type \(quoted(type)); expected U8, I8, I32 or I64")
    }
  }

  /// Throws where the shape is another one.
  func require(shape wanted: [Int]) throws(FormatFault) {
    guard shape == wanted else {
      throw FormatFault(quoted(name), "the shape is \(shape); expected \(wanted)")
    }
  }

  private func elements<Element: FixedWidthInteger>(_ type: Element.Type) -> [Element] {
    bytes.withUnsafeBytes { bytes in
      (0..<bytes.count / MemoryLayout<Element>.size).map {
        Element(
          littleEndian: bytes.loadUnaligned(
            fromByteOffset: $0 * MemoryLayout<Element>.size, as: Element.self))
      }
    }
  }
}
