internal import QuantizationCore

/// Finds the globally best scale and zero point.
enum ZeroPointSearch {
  /// Solves a lane with the largest magnitudes `below` and `above` zero.
  ///
  /// - Parameters:
  ///   - scales: The scales to choose from; nothing for all that are usable.
  ///   - fixed: The problem of the zero point with some codes.
  ///   - every: The problem of all zero points, which asks that both sides have values.
  static func solve<Fixed: FixedZeroProblem, Every: ZeroPointProblem>(
    below: Double, above: Double, steps: Int, among scales: RestrictedScales?,
    tolerance: SearchTolerance, fixed: (ClosedRange<Int>) -> Fixed, every: () -> Every
  ) -> ScaleCertificate {
    // Steps on a side without values are useless.
    guard below > 0 else {
      return FixedZeroSearch.solve(fixed(0...steps), among: scales, tolerance: tolerance)
    }
    guard above > 0 else {
      return FixedZeroSearch.solve(fixed(-steps...0), among: scales, tolerance: tolerance)
    }
    if UsableScales(codes: 0...steps).containsAll(upTo: max(below, above)) {
      return FixedZeroSearch.solve(every(), among: scales, tolerance: tolerance)
        .covering(below, above, steps)
    }
    // Near the largest Float32 each zero point has usable scales of its own.
    let first = Int((Double(steps) * (below / (below + above))).rounded())
    func search(_ codesBelow: Int, below cost: Double?) -> ScaleCertificate {
      FixedZeroSearch.solve(
        fixed(-codesBelow...steps - codesBelow), among: scales, tolerance: tolerance, below: cost)
    }
    var best = search(first, below: nil)
    for codesBelow in 0...steps where codesBelow != first {
      best = best.better(of: search(codesBelow, below: best.cost))
    }
    return best
  }
}

extension ScaleCertificate {
  /// Of the zero points under which every value has its nearest level, which are equally good, the
  /// least that covers the values, or those below zero where none covers all; itself where there are
  /// none.
  fileprivate func covering(_ below: Double, _ above: Double, _ steps: Int) -> ScaleCertificate {
    // What covers is seen at the scale that will be used.
    let used = Double(Float(scale))
    let (low, high) = ((below / scale).rounded(), (above / scale).rounded())
    guard low + high <= Double(steps) else { return self }
    let codesBelow = min(max(low, (below / used).rounded(.up)), Double(steps) - high)
    return ScaleCertificate(
      scale: scale, codesBelow: Int(codesBelow), cost: cost, lowerBound: lowerBound,
      evaluations: evaluations)
  }

  /// The better of two answers, with the bound that holds for both.
  fileprivate func better(of other: ScaleCertificate) -> ScaleCertificate {
    let best = other.cost < cost ? other : self
    return ScaleCertificate(
      scale: best.scale, codesBelow: best.codesBelow, cost: best.cost,
      lowerBound: min(lowerBound, other.lowerBound), evaluations: evaluations + other.evaluations)
  }
}
