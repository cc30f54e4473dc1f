/// The floating-point formats that are read; all become float32 in memory.
public enum ElementType: String, Sendable, CaseIterable {
  /// Four bits of exponent, three of mantissa, no infinities: 448 is the largest (OCP 8-bit
  /// floating point, E4M3; `float8_e4m3fn` in PyTorch and ml_dtypes). Widening is exact.
  case float8E4M3 = "float8_e4m3fn"
  /// The upper half of a binary16 (OCP 8-bit floating point, E5M2): widening is exact.
  case float8E5M2 = "float8_e5m2"
  /// IEEE 754 binary16: widening is exact, subnormals included.
  case float16
  /// The upper half of a binary32: widening is exact.
  case bfloat16
  /// IEEE 754 binary32: taken as it is.
  case float32
  /// IEEE 754 binary64: rounded to the nearest float32, ties to even.
  case float64

  /// How a message lists them.
  package static let expectation =
    "expected float8_e4m3fn, float8_e5m2, float16, bfloat16, float32 or float64"

  /// The size of one element in a file.
  package var byteCount: Int {
    switch self {
    case .float8E4M3, .float8E5M2: 1
    case .float16, .bfloat16: 2
    case .float32: 4
    case .float64: 8
    }
  }
}

/// How one element lies in a file.
package struct ElementLayout: Equatable, Sendable {
  package let type: ElementType
  package let isBigEndian: Bool

  package init(_ type: ElementType, isBigEndian: Bool = false) {
    self.type = type
    self.isBigEndian = isBigEndian
  }

  /// The layout behind a NumPy type string such as `<f4`, or nil when it is not one that is read.
  ///
  /// NumPy has no bfloat16 of its own. That of ml_dtypes is saved as two bytes without a type, V2,
  /// and its E5M2 as f1. Its other 8-bit floats are all saved as V1, which therefore says nothing.
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

  /// The layout behind a record of a single field, whose name may say what its bits are.
  ///
  /// Before ml_dtypes, the onnx package had types such as `[('bfloat16', '<u2')]`.
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

  /// The layout behind a safetensors `dtype`, or nil when it is not one that is read.
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
