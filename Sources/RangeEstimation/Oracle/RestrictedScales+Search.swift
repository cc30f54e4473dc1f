internal import QuantizationCore
internal import QuantizationKernels

/// What ``FixedZeroSearch`` asks of a scale format with few scales.
extension RestrictedScales {
  /// One of the scales between `low` and `high`, near `wanted`; nil if there is none.
  func scale(near wanted: Double, from low: Double, to high: Double) -> Double? {
    if let below = scale(atMost: wanted), below > low { return below }
    return scale(atLeast: wanted).flatMap { $0 < high ? $0 : nil }
  }

  /// Scales that follow from a point, each with an upper bound of its error: the scale of the
  /// point, if it is one of these, and the scales on both sides of the least point of its parabola.
  func offers(
    from point: ScalePoint, energy: Double
  ) -> [(scale: Double, cost: Double)] {
    var offers: [(scale: Double, cost: Double)] = []
    if scale(atMost: point.scale) == point.scale { offers.append((point.scale, point.cost)) }
    guard point.squareOfCost > 0 else { return offers }
    let sums = ScaleSums(linear: point.linear, square: point.squareOfCost)
    let vertex = sums.linear / sums.square
    for scale in [scale(atMost: vertex), scale(atLeast: vertex)].compactMap(\.self) {
      offers.append((scale, sums.cost(scale: scale, energy: energy)))
    }
    return offers
  }
}
