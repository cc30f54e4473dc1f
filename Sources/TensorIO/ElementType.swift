/// The floating-point formats that are read; all become float32 in memory.
public enum ElementType: String, Sendable {
  /// IEEE 754 binary16: widening is exact, subnormals included.
  case float16
  /// The upper half of a binary32: widening is exact.
  case bfloat16
  /// IEEE 754 binary32: taken as it is.
  case float32
  /// IEEE 754 binary64: rounded to the nearest float32, ties to even.
  case float64

  /// How a message lists them.
  package static let expectation = "expected float16, bfloat16, float32 or float64"

  /// The size of one element in a file.
  package var byteCount: Int {
    switch self {
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
  package init?(descriptor: String) {
    let isBigEndian: Bool
    switch descriptor.first {
    case "<", "=": isBigEndian = false
    case ">": isBigEndian = true
    default: return nil
    }
    switch descriptor.dropFirst() {
    case "f2": self.init(.float16, isBigEndian: isBigEndian)
    case "f4": self.init(.float32, isBigEndian: isBigEndian)
    case "f8": self.init(.float64, isBigEndian: isBigEndian)
    default: return nil
    }
  }

  /// The layout behind a safetensors `dtype`, or nil when it is not one that is read.
  package init?(safetensors dtype: String) {
    switch dtype {
    case "F16": self.init(.float16)
    case "BF16": self.init(.bfloat16)
    case "F32": self.init(.float32)
    case "F64": self.init(.float64)
    default: return nil
    }
  }
}
