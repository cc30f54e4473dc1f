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
    return Solution(
      parameters: rounded(certificate, covering, sample, on: grid), cost: certificate.cost,
      lowerBound: certificate.lowerBound)
  }

  /// The optimum with its scale as a Float32, or covering where that is measured to be better.
  private static func rounded(
    _ certificate: ScaleCertificate, _ covering: QuantizationParameters,
    _ sample: some LeastSquaresLane, on grid: CodeGrid
  ) -> QuantizationParameters {
    let zeroPoint = grid.minimumCode + certificate.codesBelow
    func candidate(multiple: Int) -> QuantizationParameters {
      QuantizationParameters(
        scale: certificate.scale * Double(multiple), zeroPoint: zeroPoint, grid: grid)
    }
    // A lattice is reproduced exactly, in real arithmetic, by its step and by many a fraction of
    // it, but not every fraction is a Float32: from the one found, go up to the step itself.
    let isLattice = certificate.cost <= 1e-13 * sample.energy
    let first = candidate(multiple: 1)
    // Float32 moves the root of an error by at most 2^-23 of the root of the energy, and the rounded
    // scale by 2^-24: with a wider gap there is nothing to measure.
    let gap = sample.exactSquaredError(of: covering).squareRoot() - certificate.cost.squareRoot()
    if !isLattice, first.condition == .ordinary, gap > 0x1p-21 * sample.energy.squareRoot() {
      return first
    }
    var (best, least) = (covering, sample.squaredError(of: covering))
    for multiple in 1...(isLattice ? grid.steps : 1) {
      let candidate = candidate(multiple: multiple)
      let cost = sample.squaredError(of: candidate)
      if cost <= least { (best, least) = (candidate, cost) }
    }
    return best
  }
}
