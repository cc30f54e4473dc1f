internal import Foundation
package import NetworkRuntime

/// The library, or nil where it is not installed; which is said once.
package let runtime: RuntimeLibrary? = {
  do {
    return try RuntimeLibrary.open()
  } catch {
    print("SKIPPED: tests that run a network. \(error)")
    return nil
  }
}()

/// The networks of the project.
package enum NetworkFiles {
  /// The root of the package.
  package static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  /// A network, such as `fashion`.
  package static func model(_ name: String) -> String { "\(folder)/models/\(name).onnx" }

  /// The folder of the networks.
  package static let folder = "\(root)/experiments/networks"
}

extension RuntimeValue {
  /// All bytes, for a comparison of every bit.
  package var allBytes: [UInt8] {
    withBytes { span in span.byteOffsets.map { span.unsafeLoad(fromByteOffset: $0, as: UInt8.self) }
    }
  }
}

extension SplitMix {
  /// Floats between -1 and 1.
  package mutating func floats(_ count: Int) -> [Float] {
    (0..<count).map { _ in Float.random(in: -1...1, using: &self) }
  }
}
