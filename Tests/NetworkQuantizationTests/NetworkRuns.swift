import Foundation
import ModelFiles
import NetworkRuntime
import Testing
import _TestSupport

/// Runs of small models by ONNX Runtime.
enum NetworkRuns {
  /// The outputs of a model that is in memory, its quantizers computed in float.
  static func outputs(
    of bytes: Data, _ inputs: [String: RuntimeValue], outputs: [String]? = nil
  ) throws -> [RuntimeValue] {
    let session = try Session(
      bytes: bytes, library: try #require(runtime),
      options: SessionOptions(keepsQDQInFloat: true))
    return try session.run(inputs, outputs: outputs)
  }

  /// The Floats of tensors inside a model.
  static func values(
    of tensors: [String], in model: Model, _ inputs: [String: RuntimeValue]
  ) throws -> [[Float]] {
    var model = model
    let known = Set(model.outputs.map(\.name))
    model.outputs += tensors.filter { !known.contains($0) }.map(ModelPort.init(name:))
    return try outputs(of: try model.bytes(), inputs, outputs: tensors).map { try $0.floats }
  }

  /// The largest difference as a share of the largest magnitude.
  static func difference(_ one: [Float], _ other: [Float]) -> Float {
    guard one.count == other.count else { return .infinity }
    let largest = one.map(abs).max() ?? 0
    return zip(one, other).reduce(0) { max($0, abs($1.0 - $1.1)) } / largest
  }
}

extension ModelSketch {
  /// The model of the sketch.
  func model() throws -> Model { try Model(bytes: bytes, name: "sketch.onnx") }
}
