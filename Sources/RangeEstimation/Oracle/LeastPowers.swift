package import QuantizationCore

/// The quantizer with the least sum of a power p >= 2 of the errors.
package enum LeastPowers {
  /// The relative gap between the answer and its certificate.
  package static let tolerance = 1e-6
  /// A lane has every zero point searched up to so many values times zero points.
  package static let exhaustiveLimit = 1 << 13

  /// What a search found; costs are in units of ``unit`` to the power.
  package struct Solution: Sendable {
    /// The quantizer.
    package let parameters: QuantizationParameters
    /// The best scale, before it is rounded to Float32, with the bound that no scale undercuts.
    package let certificate: ScaleCertificate
    /// Whether the bound holds for every zero point, or for the one found only.
    package let isForAllZeroPoints: Bool
    /// The power of two that values were divided by.
    package let unit: Double
  }

  /// Finds the least error on a grid of at most 8 bits.
  ///
  /// One zero point is searched by branch and bound. On affine grids every zero point of a short lane
  /// is, each against the best of those before it; of a longer one neighbors are tried as long as
  /// they are better, from the zero point of the least squared error on.
  ///
  /// - Parameters:
  ///   - start: An ordinary quantizer to begin at.
  ///   - skipsHopeless: Whether scales that clip one value by too much, and zero points that round too
  ///     much at all others, are left out: the answer is the same.
  package static func solve(
    _ sample: SampleStatistics, power: Double, on grid: CodeGrid,
    from start: QuantizationParameters, skipsHopeless: Bool = true
  ) -> Solution {
    let values = sample.powers(power)
    let first = start.zeroPoint - grid.minimumCode
    func search(_ codesBelow: Int, below cost: Double?) -> ScaleCertificate {
      FixedZeroSearch.solve(
        PowerProblem(
          values, codes: -codesBelow...grid.steps - codesBelow, skipsHopeless: skipsHopeless),
        tolerance: SearchTolerance(relative: tolerance), below: cost)
    }
    var best = search(first, below: nil)
    var (lowerBound, evaluations) = (best.lowerBound, best.evaluations)
    /// Whether another zero point is better.
    func improves(_ codesBelow: Int) -> Bool {
      guard (0...grid.steps).contains(codesBelow) else { return false }
      let found = search(codesBelow, below: best.cost)
      lowerBound = min(lowerBound, found.lowerBound)
      evaluations += found.evaluations
      guard found.cost < best.cost else { return false }
      best = found
      return true
    }
    let isAffine = grid.family.scheme == .affine
    let isExhaustive = !isAffine || sample.count * (grid.steps + 1) <= exhaustiveLimit
    if isAffine, isExhaustive {
      func hopelessScale(_ codesBelow: Int) -> Double {
        values.hopelessScale(codes: -codesBelow...grid.steps - codesBelow, above: best.cost)
      }
      let least = (0...grid.steps).lazy.map(hopelessScale).min() ?? 0
      let ceiling = LatticeCeiling(values, steps: grid.steps, cost: best.cost).scale(from: least)
      for codesBelow in 0...grid.steps where codesBelow != first {
        // Up to the one scale too much is clipped, and above the other too much is rounded.
        if skipsHopeless, hopelessScale(codesBelow) >= ceiling { continue }
        _ = improves(codesBelow)
      }
    } else if isAffine {
      for step in [1, -1] {
        while improves(best.codesBelow + step) {}
      }
    }
    let parameters = QuantizationParameters(
      scale: best.scale * values.unit, zeroPoint: grid.minimumCode + best.codesBelow, grid: grid)
    return Solution(
      parameters: parameters,
      certificate: ScaleCertificate(
        scale: best.scale * values.unit, codesBelow: best.codesBelow, cost: best.cost,
        lowerBound: min(lowerBound, best.cost), evaluations: evaluations),
      isForAllZeroPoints: isExhaustive, unit: values.unit)
  }
}
