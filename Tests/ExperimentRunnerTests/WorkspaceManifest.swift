import _TestSupport
import ExperimentRunner
import Foundation
import RangeEstimation

/// Tensor files and a manifest in a folder.
extension Workspace {
  /// Writes a float32 npy file of zeros.
  func writeNPY(_ name: String, shape: [Int]) throws {
    let zeros = [Float](repeating: 0, count: shape.reduce(1, *))
    try write(TensorBytes.npy(zeros, shape: shape), to: name)
  }

  /// Writes a safetensors file with float32 tensors of four zeros each.
  func writeSafetensors(_ name: String, members: [String]) throws {
    let entries = members.enumerated().map { index, member in
      "\"\(member)\":{\"dtype\":\"F32\",\"shape\":[2,2],"
        + "\"data_offsets\":[\(index * 16),\(index * 16 + 16)]}"
    }
    let header = Array("{\(entries.joined(separator: ","))}".utf8)
    let data = [UInt8](repeating: 0, count: 16 * members.count)
    try write(TensorBytes.little(header.count, 8) + header + data, to: name)
  }

  /// Loads a text as the manifest of this folder.
  func load(_ text: String, _ overrides: [String] = []) throws -> Manifest {
    try write(text.utf8, to: "m.yaml")
    return try Manifest.load(path: path + "/m.yaml", overrides: overrides, registry: .builtIn)
  }

  /// What is wrong with a text, the path of the folder left out; "" where nothing is.
  func faults(_ text: String, _ overrides: [String] = []) throws -> String {
    do {
      _ = try load(text, overrides)
      return ""
    } catch let error as ManifestError {
      return error.description.replacingOccurrences(of: path + "/", with: "")
    }
  }
}

/// A manifest of seven lines that is right; tests change or add a line.
enum Lines {
  static let good = [
    "name: test",
    "tensors:",
    "  - synthetic: {distribution: gaussian, shape: [4, 8]}",
    "estimators: [minmax]",
    "bits: [4, 8]",
    "schemes: [symmetric]",
    "granularities: [tensor]",
  ]

  /// The good manifest with one line replaced, counted from 1, and others added at the end.
  static func with(_ replaced: [Int: String] = [:], adding added: String...) -> String {
    let lines = good.indices.map { replaced[$0 + 1] ?? good[$0] }
    return (lines + added).joined(separator: "\n") + "\n"
  }
}

/// What a fault of the manifest in a test looks like when printed.
struct ExpectedFault {
  let line: Int
  let column: Int
  let message: String

  init(_ line: Int, _ column: Int, _ message: String) {
    self.line = line
    self.column = column
    self.message = message
  }

  /// Place, message, source line and caret, as they are to be printed for a text.
  func printed(in text: String) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let caret = String(repeating: " ", count: column - 1) + "^"
    return "m.yaml:\(line):\(column): error: \(message)\n\(lines[line - 1])\n\(caret)"
  }
}
