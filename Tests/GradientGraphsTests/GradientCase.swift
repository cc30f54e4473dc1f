import Foundation
import GradientGraphs
import ModelFiles
import NetworkRuntime
import Testing
import _TestSupport

/// A small network of one operator whose gradient is compared with central differences in Double.
struct GradientCase: Sendable, CustomTestStringConvertible {
  /// A tensor that the loss is differentiated by.
  struct Variable: Sendable {
    let name: String
    let shape: [Int]
    let values: [Double]
    /// Whether its shape is hidden behind an Identity, so that it is known only while the model runs.
    var isHidden = true

    var count: Int { values.count }
  }

  /// What it shows, which begins with the operator.
  let title: String
  let variables: [Variable]
  /// Constants that are no parameters: whole numbers, or numbers.
  var integers: [String: [Int]] = [:]
  var numbers: [String: Double] = [:]
  let operations: [ModelSketch.Operation]
  var operatorSet = 17
  var mode = BatchNormalizationMode.frozen
  /// The output in Double, where ONNX Runtime has no kernel in Double (then the gradient is computed in
  /// Float), or where the gradient is not that of the operator itself.
  var reference: (@Sendable ([[Double]]) -> [Double])?
  /// Whether ONNX Runtime computes the operator and its gradient in Double.
  var isDouble = true
  /// What central differences are multiplied by to give the gradient of each variable.
  var factors: [Double] = []

  var testDescription: String { title }

  /// The operators in it, with their domain where that is not the standard one.
  var operators: Set<String> { Set(title.split(separator: " ").prefix(1).map(String.init)) }

  /// The model: each variable a constant, the result of the operations called `y`.
  func model(hiding: Bool) throws -> Model {
    let type = isDouble ? 11 : 1
    func bytes(_ values: [Double]) -> [UInt8] {
      isDouble
        ? values.flatMap { TensorBytes.little(Int(bitPattern: UInt($0.bitPattern)), 8) }
        : TensorBytes.data(values.map(Float.init))
    }
    var constants = variables.map {
      ModelSketch.Constant($0.name, type: type, shape: $0.shape, raw: bytes($0.values))
    }
    constants += integers.sorted { $0.key < $1.key }
      .map { ModelSketch.Constant($0.key, [$0.value.count], integers: $0.value) }
    constants += numbers.sorted { $0.key < $1.key }
      .map { ModelSketch.Constant($0.key, type: type, shape: [], raw: bytes([$0.value])) }
    var steps = operations
    if hiding {
      for variable in variables where variable.isHidden {
        let hidden = "\(variable.name) behind"
        steps = steps.map { $0.reading(hidden, insteadOf: variable.name) }
        steps.insert(ModelSketch.Operation("Identity", [variable.name], [hidden]), at: 0)
      }
    }
    let sketch = ModelSketch(
      operatorSet: operatorSet, inputs: [], outputs: [ModelSketch.Port("y", nil, type: type)],
      steps, constants: constants)
    return try Model(bytes: sketch.bytes, name: title)
  }
}

extension ModelSketch.Operation {
  /// The operation with another input.
  func reading(_ other: String, insteadOf name: String) -> Self {
    var copy = self
    copy.inputs = inputs.map { $0 == name ? other : $0 }
    return copy
  }
}

/// Values for cases.
extension GradientCase.Variable {
  /// As many different values as the shape has, evenly spread over an interval, in an order of their own;
  /// two are never closer than a central difference reaches.
  init(
    _ name: String, _ shape: [Int], in interval: ClosedRange<Double> = -1...1, seed: UInt64 = 1,
    isHidden: Bool = true
  ) {
    let count = shape.reduce(1, *)
    var generator = SplitMix(seed: seed &* 7919 &+ UInt64(count))
    let width = interval.upperBound - interval.lowerBound
    // An offset that is no simple fraction keeps values off the ends of pieces such as 0 and 0.5.
    let values = (0..<count).map { index in
      interval.lowerBound + width * (Double(index) + 0.3819) / Double(count)
    }.shuffled(using: &generator)
    self.init(name: name, shape: shape, values: values, isHidden: isHidden)
  }
}
