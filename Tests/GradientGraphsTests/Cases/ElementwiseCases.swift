import Foundation
import _TestSupport

extension GradientCase {
  /// Operators on each element, with broadcasting.
  static let elementwise: [GradientCase] = pairs + kinked + smooth + withoutDoubleKernels + choices

  private static func pair(
    _ operation: String, _ title: String, _ left: [Int], _ right: [Int],
    in interval: ClosedRange<Double> = 0.5...2
  ) -> GradientCase {
    GradientCase(
      title: "\(operation) \(title)",
      variables: [Variable("a", left), Variable("b", right, in: interval, seed: 2)],
      operations: [.init(operation, ["a", "b"], ["y"])])
  }

  private static let pairs: [GradientCase] =
    ["Add", "Sub", "Mul", "Div"].flatMap { operation in
      [
        pair(operation, "of equal shapes", [2, 3], [2, 3]),
        pair(operation, "with a row", [2, 3, 4], [4]),
        pair(operation, "with channels", [2, 3, 2, 2], [3, 1, 1]),
        pair(operation, "both broadcast", [2, 1, 3], [4, 1]),
        pair(operation, "with a scalar", [2, 3], []),
        pair(operation, "with one number", [2, 3], [1]),
        pair(operation, "with more axes on the right", [3], [2, 3]),
      ]
    } + [
      GradientCase(
        title: "Mul of a tensor with itself", variables: [Variable("a", [5])],
        operations: [.init("Mul", ["a", "a"], ["y"])]),
      GradientCase(
        title: "Add of a constant number", variables: [Variable("a", [2, 3])], numbers: ["c": 2],
        operations: [.init("Add", ["a", "c"], ["y"])]),
      GradientCase(
        title: "Div by a constant number", variables: [Variable("a", [2, 3])], numbers: ["c": 3],
        operations: [.init("Div", ["a", "c"], ["y"])]),
      GradientCase(
        title: "Sub from a constant number", variables: [Variable("a", [2, 3])], numbers: ["c": 3],
        operations: [.init("Sub", ["c", "a"], ["y"])]),
    ]

  private static func unary(
    _ operation: String, _ title: String = "",
    _ attributes: KeyValuePairs<String, ModelSketch.Value> = [:],
    in interval: ClosedRange<Double> = -3...3, operatorSet: Int = 17,
    reference: (@Sendable (Double) -> Double)? = nil
  ) -> GradientCase {
    var subject = GradientCase(
      title: title.isEmpty ? operation : "\(operation) \(title)",
      variables: [Variable("x", [4, 6], in: interval)],
      operations: [.init(operation, ["x"], ["y"], attributes)], operatorSet: operatorSet)
    if let reference {
      subject.reference = { values in values[0].map { x in reference(x) } }
      subject.isDouble = false
    }
    return subject
  }

  private static let kinked: [GradientCase] = [
    unary("Relu"), unary("LeakyRelu", "of a quarter", ["alpha": .float(0.25)]),
    unary("LeakyRelu", "by default"), unary("Abs"),
    GradientCase(
      title: "Clip to an interval", variables: [Variable("x", [4, 5], in: -2...2)],
      numbers: ["low": -0.7, "high": 1.1],
      operations: [.init("Clip", ["x", "low", "high"], ["y"])]),
    GradientCase(
      title: "Clip from above", variables: [Variable("x", [4, 5], in: -2...2)],
      numbers: ["high": 0.6], operations: [.init("Clip", ["x", "", "high"], ["y"])]),
  ]

  private static func power(_ exponent: Double) -> GradientCase {
    GradientCase(
      title: "Pow to \(exponent)", variables: [Variable("x", [3, 4], in: 0.3...2)],
      numbers: ["c": exponent], operations: [.init("Pow", ["x", "c"], ["y"])])
  }

  private static let smooth: [GradientCase] = [
    unary("Sigmoid"), unary("Tanh"), unary("Neg"), unary("Exp", in: -2...1),
    unary("Log", in: 0.2...3), unary("Sqrt", in: 0.2...3), unary("Reciprocal", in: 0.3...3),
    unary("Sin"), unary("Cos"), power(2), power(3), power(0.5),
    power(-1.5),
  ]

  private static func hardSigmoid(_ x: Double, _ slope: Double, _ middle: Double) -> Double {
    min(max(slope * x + middle, 0), 1)
  }

  private static func gelu(_ x: Double) -> Double { x * (1 + erf(x / 2.0.squareRoot())) / 2 }

  private static func geluByTanh(_ x: Double) -> Double {
    let u = (2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)
    return x * (1 + tanh(u)) / 2
  }

  private static let withoutDoubleKernels: [GradientCase] = [
    unary("Erf", reference: { x in erf(x) }),
    unary("HardSigmoid", "by default", reference: { hardSigmoid($0, 0.2, 0.5) }),
    unary(
      "HardSigmoid", "steep", ["alpha": .float(0.5), "beta": .float(0.25)],
      reference: { hardSigmoid($0, 0.5, 0.25) }),
    unary("Elu", reference: { $0 > 0 ? $0 : exp($0) - 1 }),
    unary(
      "Elu", "of a half", ["alpha": .float(0.5)], reference: { $0 > 0 ? $0 : (exp($0) - 1) / 2 }),
    unary(
      "Selu", "steep", ["alpha": .float(1.5), "gamma": .float(1.25)],
      reference: { 1.25 * ($0 > 0 ? $0 : 1.5 * (exp($0) - 1)) }),
    unary(
      "Selu", "by default",
      reference: { 1.0507009873554805 * ($0 > 0 ? $0 : 1.6732632423543772 * (exp($0) - 1)) }),
    unary("Softplus", reference: { log(1 + exp($0)) }),
    unary("Softsign", reference: { $0 / (1 + abs($0)) }),
    unary("HardSwish", in: -5...5, reference: { $0 * hardSigmoid($0, 1 / 6, 0.5) }),
    unary("Gelu", operatorSet: 20, reference: gelu),
    unary(
      "Gelu", "by tanh", ["approximate": .text("tanh")], operatorSet: 20, reference: geluByTanh),
  ]
}
