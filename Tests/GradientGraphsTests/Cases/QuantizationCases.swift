import _TestSupport

extension GradientCase {
  /// Fake quantization, in each form of its gradient.
  ///
  /// The differences are of what it computes where the rounding error of each element stays as it is: `s (clip(v) + e - z)` with `v = x / s + z` and `e = round(clip(v)) - clip(v)`
  /// at the point itself. That is what the straight-through estimator differentiates.
  static let quantization: [GradientCase] = [
    quantizer("for one scale", scales: 1, low: -8, high: 7, zeroPoint: nil, gradient: "lsq"),
    quantizer("for unsigned codes", scales: 1, low: 0, high: 15, zeroPoint: [3.3], gradient: "lsq"),
    quantizer(
      "for scales of rows", scales: 3, low: -8, high: 7, zeroPoint: nil, gradient: "lsq", axis: 0),
    quantizer(
      "for a learned zero point", scales: 1, low: 0, high: 15, zeroPoint: [4.2], gradient: "lsq+"),
    quantizer(
      "for learned zero points of columns", scales: 4, low: 0, high: 7,
      zeroPoint: [2.2, 3.1, 4.4, 3.3], gradient: "lsq+", axis: 1),
    quantizer(
      "for a fixed scale", scales: 1, low: -4, high: 3, zeroPoint: nil,
      gradient: "straight-through"),
  ]

  private static func quantizer(
    _ title: String, scales count: Int, low: Int, high: Int, zeroPoint: [Double]?,
    gradient: String, axis: Int = -1
  ) -> GradientCase {
    let shape = [3, 4, 2]
    // The range of the grid is some 60 % of the values, so that some are outside at both ends.
    let scales = (0..<count).map { 1.2 / Double(high - low) * (1 + 0.1 * Double($0)) }
    let x = Variable("x", shape, isHidden: axis < 0)
    let scaleShape = axis < 0 ? [] : [count]
    let isScaleLearned = gradient != "straight-through"
    var variables = [x]
    if isScaleLearned {
      variables.append(Variable(name: "s", shape: scaleShape, values: scales, isHidden: false))
    }
    let isZeroLearned = gradient == "lsq+"
    if isZeroLearned, let zeroPoint {
      variables.append(Variable(name: "z", shape: scaleShape, values: zeroPoint, isHidden: false))
    }
    let lane: @Sendable (Int) -> Int = { index in
      switch axis {
      case 0: index / 8
      case 1: index / 2 % 4
      default: 0
      }
    }
    let zeros = zeroPoint ?? [Double](repeating: 0, count: count)
    let limits = (Double(low), Double(high))
    let errors = x.values.indices.map { index in
      let v = x.values[index] / scales[lane(index)] + zeros[lane(index)]
      let clipped = min(max(v, limits.0), limits.1)
      return clipped.rounded(.toNearestOrEven) - clipped
    }
    let root = 1 / (24 / Double(count) * limits.1).squareRoot()
    var numbers: [String: Double] = [:]
    if !isScaleLearned { numbers["s"] = scales[0] }
    if !isZeroLearned, let zeroPoint { numbers["z"] = zeroPoint[0] }
    return GradientCase(
      title: "FakeQuantize \(title)", variables: variables, numbers: numbers,
      operations: [
        .init(
          "FakeQuantize", zeroPoint == nil ? ["x", "s"] : ["x", "s", "z"], ["y"],
          [
            "low": .int(low), "high": .int(high), "axis": .int(axis), "gradient": .text(gradient),
          ], domain: "rangelab")
      ],
      reference: { values in
        let s = isScaleLearned ? values[1] : scales
        let z = isZeroLearned ? values[2] : zeros
        return values[0].indices.map { index in
          let (own, zero) = (s[lane(index)], z[lane(index)])
          let v = values[0][index] / own + zero
          return own * (min(max(v, limits.0), limits.1) + errors[index] - zero)
        }
      }, factors: [1, root, root])
  }
}
