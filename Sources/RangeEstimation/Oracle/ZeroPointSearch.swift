internal import QuantizationCore

/// Finds the scale and the zero point with the least error of all.
enum ZeroPointSearch {
  /// Solves a lane.
  ///
  /// - Parameters:
  ///   - below: The largest magnitude of the values below zero; 0 if there are none.
  ///   - above: The largest magnitude of the values above zero; 0 if there are none.
  ///   - steps: The number of steps of the grid.
  ///   - scales: The scales to choose from; nil for all usable ones.
  ///   - tolerance: The precision at which the search stops.
  ///   - fixed: Makes the problem of one zero point from its codes, with real zero at 0.
  ///   - every: Makes the problem of all zero points; it is called only if both sides have values.
  static func solve<Fixed: FixedZeroProblem, Every: ZeroPointProblem>(
    below: Double, above: Double, steps: Int, among scales: RestrictedScales?,
    tolerance: SearchTolerance, fixed: (ClosedRange<Int>) -> Fixed, every: () -> Every
  ) -> ScaleCertificate {
    // If a side has no values, the best zero point gives all steps to the other side.
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
    // Near the largest Float32 the usable scales depend on the zero point, so each one is searched.
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
  /// The same scale with one zero point of several equally good ones: those that clip no value by
  /// more than half a step.
  ///
  /// It is the least one that covers all values, or, if none does, the values below zero. Returns
  /// itself if every zero point clips more.
  fileprivate func covering(_ below: Double, _ above: Double, _ steps: Int) -> ScaleCertificate {
    // Covering depends on the scale as it is used, rounded to Float32.
    let used = Double(Float(scale))
    let (low, high) = ((below / scale).rounded(), (above / scale).rounded())
    guard low + high <= Double(steps) else { return self }
    let codesBelow = min(max(low, (below / used).rounded(.up)), Double(steps) - high)
    return ScaleCertificate(
      scale: scale, codesBelow: Int(codesBelow), cost: cost, lowerBound: lowerBound,
      evaluations: evaluations)
  }

  /// The better of two results, with the lower bound that holds for both.
  fileprivate func better(of other: ScaleCertificate) -> ScaleCertificate {
    let best = other.cost < cost ? other : self
    return ScaleCertificate(
      scale: best.scale, codesBelow: best.codesBelow, cost: best.cost,
      lowerBound: min(lowerBound, other.lowerBound), evaluations: evaluations + other.evaluations)
  }
}
