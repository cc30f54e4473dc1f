import Foundation
import NetworkRuntime
import TensorIO
import _TestSupport

/// Arrays in files.
struct SampleArray {
  let name: String
  let bytes: [UInt8]

  init(_ name: String, _ type: String, _ shape: [Int], _ bytes: [UInt8]) {
    self.name = name
    self.bytes = TensorBytes.npy(type, shape, bytes)
  }

  /// Floats.
  init(_ name: String, _ shape: [Int], _ values: [Float]) {
    self.init(name, "<f4", shape, TensorBytes.data(values))
  }

  /// Whole numbers of so many bytes.
  init(_ name: String, _ type: String, _ shape: [Int], integers: [Int], size: Int) {
    self.init(name, type, shape, integers.flatMap { TensorBytes.little($0, size) })
  }
}

extension Workspace {
  /// Writes an archive and returns its path.
  func npz(_ name: String, _ arrays: [SampleArray]) throws -> String {
    try write(TensorBytes.npz(members: arrays.map { ($0.name, $0.bytes) }), to: name)
    return path(name)
  }
}

extension NetworkRuntime.Port {
  /// An input of Floats, unless another type is given.
  static func input(_ name: String, _ shape: [Int?], _ type: RuntimeElementType = .float32) -> Self
  {
    Self(name: name, elementType: type, shape: shape)
  }
}

extension RuntimeValue {
  /// The elements, read as they lie in memory.
  func elements<Element: BitwiseCopyable>(_ type: Element.Type) -> [Element] {
    withBytes { span in
      (0..<span.byteCount / MemoryLayout<Element>.size).map {
        span.unsafeLoadUnaligned(fromByteOffset: $0 * MemoryLayout<Element>.size, as: Element.self)
      }
    }
  }
}
