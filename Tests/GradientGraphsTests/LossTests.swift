import Foundation
import GradientGraphs
import ModelFiles
import NetworkRuntime
import Testing
import _TestSupport

/// Losses and their gradients: hand-computed values, and central differences in Double.
@Suite(.enabled(if: runtime != nil, "ONNX Runtime is missing: `make onnxruntime`"))
struct LossTests {
  /// A model whose output is its parameter `z`, [2, 3], in Double; with a Softmax where wanted.
  private func model(_ logits: [Double], isSoftmax: Bool = false) throws -> Model {
    let raw = logits.flatMap { TensorBytes.little(Int(bitPattern: UInt($0.bitPattern)), 8) }
    let sketch = ModelSketch(
      operatorSet: 17, inputs: [], outputs: [ModelSketch.Port("y", nil, type: 11)],
      [.init(isSoftmax ? "Softmax" : "Identity", ["z"], ["y"])],
      constants: [.init("z", type: 11, shape: [2, 3], raw: raw)])
    return try Model(bytes: sketch.bytes, name: "loss.onnx")
  }

  /// The loss and the gradient of the logits.
  private func run(
    _ loss: Loss, _ logits: [Double], targets: RuntimeValue, isSoftmax: Bool = false
  ) throws -> (loss: Double, gradient: [Double]) {
    let graph = try GradientGraph(
      of: model(logits, isSoftmax: isSoftmax), parameters: ["z"], loss: loss,
      batchNormalization: .frozen)
    let session = try Session(bytes: graph.model.bytes(), library: try #require(runtime))
    let z = try RuntimeValue(copying: logits.span.bytes, type: .float64, shape: [2, 3])
    let values = try session.run(
      ["z": z, graph.target: targets], outputs: [graph.loss, graph.parameters[0].gradient])
    #expect(values[0].shape == [])
    return (values[0].doubles[0], values[1].doubles)
  }

  private func numbers(_ values: [Double]) throws -> RuntimeValue {
    try RuntimeValue(copying: values.span.bytes, type: .float64, shape: [2, 3])
  }

  /// Central differences of a loss; the step is that of the rules.
  private func differences(
    _ loss: Loss, _ logits: [Double], targets: RuntimeValue, isSoftmax: Bool = false
  ) throws -> [Double] {
    try logits.indices.map { index in
      var (up, down) = (logits, logits)
      up[index] += CentralDifferences.step
      down[index] -= CentralDifferences.step
      let above = try run(loss, up, targets: targets, isSoftmax: isSoftmax).loss
      let below = try run(loss, down, targets: targets, isSoftmax: isSoftmax).loss
      return (above - below) / (2 * CentralDifferences.step)
    }
  }

  /// Differences carry some 1e-10 of their own.
  private func expectClose(_ own: [Double], _ other: [Double]) {
    for (a, b) in zip(own, other) { #expect(abs(a - b) < 1e-9) }
  }

  private let logits = [0, 0, 0, logarithm(3), 0, 0]

  @Test(arguments: [false, true])
  func crossEntropyByHand(isSoftmax: Bool) throws {
    let targets = try RuntimeValue([2, 0] as [Int64], shape: [2])
    let found = try run(.crossEntropy, logits, targets: targets, isSoftmax: isSoftmax)
    // The probabilities are 1/3, 1/3, 1/3 and 3/5, 1/5, 1/5.
    #expect(abs(found.loss - (logarithm(3) + logarithm(5.0 / 3)) / 2) < 1e-14)
    let third = 1.0 / 3
    let expected = [third / 2, third / 2, (third - 1) / 2, -0.2, 0.1, 0.1]
    for (own, right) in zip(found.gradient, expected) { #expect(abs(own - right) < 1e-14) }
  }

  @Test func meanSquaredErrorByHand() throws {
    let targets = try numbers([1, 0, 0, logarithm(3), 0, -2])
    let found = try run(.meanSquaredError, logits, targets: targets)
    #expect(abs(found.loss - 5.0 / 6) < 1e-14)
    for (own, right) in zip(found.gradient, [-1.0 / 3, 0, 0, 0, 0, 2.0 / 3]) {
      #expect(abs(own - right) < 1e-14)
    }
  }

  @Test func distillationByHand() throws {
    // At the temperature 1: p = (3/5, 1/5, 1/5) against q = 1/3 each, and two equal rows.
    let targets = try numbers([logarithm(3), 0, 0, logarithm(3), 0, 0])
    let found = try run(.distillation(temperature: 1), logits, targets: targets)
    let divergence = 0.6 * logarithm(1.8) + 0.4 * logarithm(0.6)
    #expect(abs(found.loss - divergence / 2) < 1e-14)
    let third = 1.0 / 3
    let expected = [(third - 0.6) / 2, (third - 0.2) / 2, (third - 0.2) / 2, 0, 0, 0]
    for (own, right) in zip(found.gradient, expected) { #expect(abs(own - right) < 1e-14) }
  }

  @Test func gradientsMatchCentralDifferences() throws {
    let logits = [0.3, -1.2, 0.8, 2.1, 0.4, -0.7]
    let classes = try RuntimeValue([1, 2] as [Int64], shape: [2])
    let others = try numbers([1.1, 0.2, -0.5, 0.3, -1.4, 0.9])
    for (loss, targets) in [
      (Loss.crossEntropy, classes), (.meanSquaredError, others),
      (.distillation(temperature: 3), others),
    ] {
      let own = try run(loss, logits, targets: targets).gradient
      expectClose(own, try differences(loss, logits, targets: targets))
      #expect(own.contains { abs($0) > 0.01 })
    }
  }

  @Test func probabilitiesAreTeachersOfASoftmax() throws {
    let logits = [0.3, -1.2, 0.8, 2.1, 0.4, -0.7]
    let teacher = [1.1, 0.2, -0.5, 0.3, -1.4, 0.9]
    let loss = Loss.distillation(temperature: 2)
    let byLogits = try run(loss, logits, targets: numbers(teacher))
    let probabilities = [teacher[..<3], teacher[3...]].flatMap { row in
      let sum = row.reduce(0) { $0 + exp($1) }
      return row.map { exp($0) / sum }
    }
    let byProbabilities = try run(
      loss, logits, targets: numbers(probabilities), isSoftmax: true)
    #expect(abs(byLogits.loss - byProbabilities.loss) < 1e-12)
    expectClose(byLogits.gradient, byProbabilities.gradient)
  }

  @Test(arguments: [0, -1, Float.nan, .infinity])
  func refusesATemperature(_ temperature: Float) throws {
    let model = try model(logits)
    #expect {
      _ = try GradientGraph(
        of: model, loss: .distillation(temperature: temperature), batchNormalization: .frozen)
    } throws: { "\($0)".contains("temperature") }
  }
}

/// Of Doubles only, which a literal alone does not say.
private func logarithm(_ x: Double) -> Double { log(x) }
