package import QuantizationCore

/// The quantizer with the least squared error on a sample: one answer for every caller.
package enum LeastSquares {
  /// A quantizer, and how much better any other could be.
  package struct Solution: Sendable {
    /// The quantizer.
    package let parameters: QuantizationParameters
    /// Its sum of squared errors in real arithmetic.
    package let cost: Double
    /// No quantizer on the grid has a smaller sum, in real arithmetic.
    package let lowerBound: Double
  }

  /// The global optimum up to 8 bits, with its certificate; the best of a dense scan above, with
  /// none.
  ///
  /// Never worse than covering the whole sample: rounding the scale to Float32 can lose what an
  /// exactly representable range keeps, so candidates are compared on the shared kernel.
  package static func solve(_ sample: some LeastSquaresLane, on grid: CodeGrid) -> Solution {
    let covering = QuantizationParameters(covering: sample.range, on: grid)
    switch covering.condition {
    case .ordinary where grid.bits.fitsByte: break
    case .ordinary:
      let best = ScaleScan(sample, on: grid).best(startingFrom: covering)
      return Solution(parameters: best, cost: sample.squaredError(of: best), lowerBound: 0)
    case .degenerate:
      // Every value that the grid could represent is zero: no scale changes anything.
      return Solution(parameters: covering, cost: sample.energy, lowerBound: sample.energy)
    case .scaleRaised, .scaleLowered:
      return Solution(parameters: covering, cost: sample.squaredError(of: covering), lowerBound: 0)
    }
    let certificate = sample.certificate(on: grid)
    let zeroPoint = grid.minimumCode + certificate.codesBelow
    var (best, least) = (covering, sample.squaredError(of: covering))
    // A lattice is reproduced exactly, in real arithmetic, by its step and by many a fraction of
    // it, but not every fraction is a Float32: from the one found, go up to the step itself.
    let isLattice = certificate.cost <= 1e-13 * sample.energy
    for multiple in 1...(isLattice ? grid.steps : 1) {
      let candidate = QuantizationParameters(
        scale: certificate.scale * Double(multiple), zeroPoint: zeroPoint, grid: grid)
      let cost = sample.squaredError(of: candidate)
      if cost <= least { (best, least) = (candidate, cost) }
    }
    return Solution(
      parameters: best, cost: certificate.cost, lowerBound: certificate.lowerBound)
  }
}
