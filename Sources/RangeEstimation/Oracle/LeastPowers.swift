package import QuantizationCore

/// The search for the quantizer with the least sum `sum |x - x^|^p`, p >= 2.
package enum LeastPowers {
  /// The relative gap between the result and its lower bound at which a search stops.
  package static let tolerance = 1e-6
  /// The largest product of the numbers of values and of zero points for which every zero point is
  /// searched.
  package static let exhaustiveLimit = 1 << 13

  /// The result of a search.
  ///
  /// Errors of the certificate are in units of ``unit`` to the power p.
  package struct Solution: Sendable {
    /// The quantizer.
    package let parameters: QuantizationParameters
    /// The best scale before it is rounded to Float32, its error, and a lower bound of all errors.
    package let certificate: ScaleCertificate
    /// Whether the lower bound holds for every zero point; if not, only for those that were searched.
    package let isForAllZeroPoints: Bool
    /// The power of two by which values were divided.
    package let unit: Double
  }

  /// Finds the least error on a grid of at most 8 bits.
  ///
  /// Branch and bound finds the best scale for one zero point. A symmetric grid has one. On an
  /// affine grid, the zero point of `start` is searched first. Then, if the lane is short, all
  /// others are searched, each for an error below the best so far. If it is long, neighbors are
  /// searched as long as they are better.
  ///
  /// - Parameters:
  ///   - power: p.
  ///   - start: A quantizer that is not degenerate, such as that of the least squared error.
  ///   - skipsHopeless: Whether to leave out scales at which the clipping of one value alone is too
  ///     much, zero points with too large a rounding error at all other scales, and what bounds exclude.
  ///     It does not affect the result.
  package static func solve(
    _ sample: SampleStatistics, power: Double, on grid: CodeGrid,
    from start: QuantizationParameters, skipsHopeless: Bool = true
  ) -> Solution {
    let values = sample.powers(power, on: grid)
    let first = start.zeroPoint - grid.minimumCode
    func problem(_ codesBelow: Int, _ outline: PowerOutline? = nil) -> PowerProblem {
      PowerProblem(
        values, codes: -codesBelow...grid.steps - codesBelow, skipsHopeless: skipsHopeless,
        outline: outline)
    }
    func search(_ problem: PowerProblem, below cost: Double?) -> ScaleCertificate {
      FixedZeroSearch.solve(
        problem, tolerance: SearchTolerance(relative: tolerance), below: cost)
    }
    let isAffine = grid.family.scheme == .affine
    let isExhaustive = !isAffine || sample.count * (grid.steps + 1) <= exhaustiveLimit
    func solution(_ best: ScaleCertificate, _ lowerBound: Double, _ evaluations: Int) -> Solution {
      let scale = best.scale * values.unit
      return Solution(
        parameters: QuantizationParameters(
          scale: scale, zeroPoint: grid.minimumCode + best.codesBelow, grid: grid),
        certificate: ScaleCertificate(
          scale: scale, codesBelow: best.codesBelow, cost: best.cost,
          lowerBound: min(lowerBound, best.cost), evaluations: evaluations),
        isForAllZeroPoints: isExhaustive, unit: values.unit)
    }
    if skipsHopeless, isExhaustive != isAffine,
      let (codesBelow, outline, least) = PowerOutline.best(
        values, from: first, steps: grid.steps, isFixed: !isAffine)
    {
      let outlined = problem(codesBelow, outline)
      // Else the search would stop at the rounding of the energy, before the gap of the outline.
      if 1e-14 * outlined.energy <= tolerance * least {
        let best = search(outlined, below: nil)
        return solution(best, min(least, best.lowerBound), best.evaluations)
      }
    }
    var best = search(problem(first), below: nil)
    var (lowerBound, evaluations) = (best.lowerBound, best.evaluations)
    /// Searches another zero point; whether it is better than the best so far.
    func improves(_ codesBelow: Int) -> Bool {
      guard (0...grid.steps).contains(codesBelow) else { return false }
      let found = search(problem(codesBelow), below: best.cost)
      lowerBound = min(lowerBound, found.lowerBound)
      evaluations += found.evaluations
      guard found.cost < best.cost else { return false }
      best = found
      return true
    }
    if isAffine, isExhaustive {
      func hopelessScale(_ codesBelow: Int) -> Double {
        values.hopelessScale(codes: -codesBelow...grid.steps - codesBelow, above: best.cost)
      }
      let least = (0...grid.steps).lazy.map(hopelessScale).min() ?? 0
      let ceiling = LatticeCeiling(values, steps: grid.steps, cost: best.cost).scale(from: least)
      for codesBelow in 0...grid.steps where codesBelow != first {
        // The clipping error is too large up to the first scale, the rounding error above the second.
        if skipsHopeless, hopelessScale(codesBelow) >= ceiling { continue }
        _ = improves(codesBelow)
      }
    } else if isAffine {
      for step in [1, -1] {
        while improves(best.codesBelow + step) {}
      }
    }
    return solution(best, lowerBound, evaluations)
  }
}
