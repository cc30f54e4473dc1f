import _TestSupport

extension GradientCase {
  /// Sums, means and lengths over axes.
  static let reductions: [GradientCase] = sums + attributes

  /// Axes as an input: of ReduceSum in any operator set here, of others from 18 on.
  private static let sums: [GradientCase] = [
    "ReduceSum", "ReduceMean", "ReduceL1", "ReduceL2", "ReduceSumSquare", "ReduceMax", "ReduceMin",
  ].flatMap { operation in
    [0, 1].map { keeps in
      GradientCase(
        title: "\(operation) of axes, keepdims \(keeps)", variables: [Variable("x", [2, 3, 4])],
        integers: ["axes": [-1, 0]],
        operations: [.init(operation, ["x", "axes"], ["y"], ["keepdims": .int(keeps)])],
        operatorSet: 18)
    }
  }

  private static let attributes: [GradientCase] = [
    "ReduceMean", "ReduceL2", "ReduceMax",
  ].flatMap { operation in
    [
      GradientCase(
        title: "\(operation) of axes by attribute", variables: [Variable("x", [2, 3, 4])],
        operations: [.init(operation, ["x"], ["y"], ["axes": .ints([1]), "keepdims": .int(0)])]),
      GradientCase(
        title: "\(operation) of everything", variables: [Variable("x", [2, 3])],
        operations: [.init(operation, ["x"], ["y"], ["keepdims": .int(0)])]),
    ]
  }
}
