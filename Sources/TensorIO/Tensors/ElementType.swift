/// The floating-point formats that can be read.
///
/// All values are converted to float32.
public enum ElementType: String, Sendable, CaseIterable {
  /// E4M3 of the OCP 8-bit floating point specification, `float8_e4m3fn` in PyTorch and ml_dtypes:
  /// four bits of exponent, three of mantissa, no infinities; the largest value is 448. The
  /// conversion is exact.
  case float8E4M3 = "float8_e4m3fn"
  /// E5M2 of the OCP 8-bit floating point specification: the upper half of a binary16. The
  /// conversion is exact.
  case float8E5M2 = "float8_e5m2"
  /// IEEE 754 binary16. The conversion is exact, also for subnormals.
  case float16
  /// The upper half of a binary32. The conversion is exact.
  case bfloat16
  /// IEEE 754 binary32. Values are not changed.
  case float32
  /// IEEE 754 binary64. Values are rounded to the nearest float32, ties to even.
  case float64

  /// A list of the formats for messages.
  package static let expectation =
    "expected float8_e4m3fn, float8_e5m2, float16, bfloat16, float32 or float64"

  /// The size of one element in bytes.
  package var byteCount: Int {
    switch self {
    case .float8E4M3, .float8E5M2: 1
    case .float16, .bfloat16: 2
    case .float32: 4
    case .float64: 8
    }
  }
}

/// The type and the byte order of the elements in a file.
package struct ElementLayout: Equatable, Sendable {
  package let type: ElementType
  package let isBigEndian: Bool

  package init(_ type: ElementType, isBigEndian: Bool = false) {
    self.type = type
    self.isBigEndian = isBigEndian
  }

  /// The layout of a NumPy type string such as `<f4`; nil if that type cannot be read.
  ///
  /// NumPy itself has no bfloat16. With ml_dtypes, it saves bfloat16 as V2, two bytes without a
  /// type, and E5M2 as f1. All other 8-bit floats are saved as V1, so their type is not known.
  package init?(descriptor: String) {
    if let type = ElementType(rawValue: descriptor) {
      self.init(type)
      return
    }
    let isBigEndian = descriptor.first == ">"
    switch descriptor.drop(while: { "<>=|".contains($0) }) {
    case "f1": self.init(.float8E5M2)
    case "f2": self.init(.float16, isBigEndian: isBigEndian)
    case "V2": self.init(.bfloat16, isBigEndian: isBigEndian)
    case "f4": self.init(.float32, isBigEndian: isBigEndian)
    case "f8": self.init(.float64, isBigEndian: isBigEndian)
    default: return nil
    }
  }

  /// The layout of a record with a single field, whose name tells the type; nil if that cannot be read.
  ///
  /// Older versions of the onnx package have such types, for example `[('bfloat16', '<u2')]`.
  package init?(field: String, descriptor: String) {
    if let layout = ElementLayout(descriptor: descriptor) {
      self = layout
      return
    }
    let type: ElementType
    switch field {
    case "bfloat16": type = .bfloat16
    case "e4m3fn", "float8_e4m3fn": type = .float8E4M3
    case "e5m2", "float8_e5m2": type = .float8E5M2
    default: return nil
    }
    let bits = descriptor.drop { "<>=|".contains($0) }
    guard ["u\(type.byteCount)", "i\(type.byteCount)", "V\(type.byteCount)"].contains(bits) else {
      return nil
    }
    self.init(type, isBigEndian: descriptor.first == ">")
  }

  /// The layout of a safetensors `dtype`; nil if that type cannot be read.
  package init?(safetensors dtype: String) {
    switch dtype {
    case "F8_E4M3": self.init(.float8E4M3)
    case "F8_E5M2": self.init(.float8E5M2)
    case "F16": self.init(.float16)
    case "BF16": self.init(.bfloat16)
    case "F32": self.init(.float32)
    case "F64": self.init(.float64)
    default: return nil
    }
  }
}
