package import QuantizationCore

/// The search for the quantizer with the least squared error on a lane.
package enum LeastSquares {
  /// A quantizer and a lower bound of the error of all others.
  package struct Solution: Sendable {
    /// The quantizer.
    package var parameters: QuantizationParameters
    /// Its sum of squared errors in real arithmetic.
    package let cost: Double
    /// A lower bound of that sum for all quantizers on the grid, in real arithmetic; 0 if none is
    /// known.
    package let lowerBound: Double
    /// Whether the quantizer reproduces exactly every value that the grid can represent otherwise
    /// than as zero.
    package var isExact = false
  }

  /// Finds the global optimum with a lower bound, up to 8 bits; above, the best of a dense scan
  /// without a lower bound.
  ///
  /// Scales are normal Float32 numbers, and levels finite ones. Rounding of the optimal scale to
  /// Float32 can make its error larger than that of another scale, so the candidates are compared
  /// on the shared kernel; the result is never worse than the quantizer that covers all values. If
  /// several quantizers reproduce all values, the result is the one with the tightest range that
  /// covers the values: min-max if it is one of them, or else the one with the smallest step
  /// (``TightestRange``).
  package static func solve(_ sample: some LeastSquaresLane, on grid: CodeGrid) -> Solution {
    let covering = QuantizationParameters(covering: sample.range, on: grid)
    guard covering.condition != .degenerate else {
      // Every value that the grid can represent is zero, so the scale does not affect the error.
      return Solution(
        parameters: covering, cost: sample.energy, lowerBound: sample.energy, isExact: true)
    }
    guard grid.bits.fitsByte else { return scanned(sample, from: covering, on: grid) }
    let certificate = sample.certificate(on: grid)
    var solution = Solution(
      parameters: QuantizationParameters(
        scale: certificate.scale, zeroPoint: grid.minimumCode + certificate.codesBelow, grid: grid),
      cost: certificate.cost, lowerBound: certificate.lowerBound)
    guard grid.family.table == nil, grid.scaleFormat == .float32 else {
      // There are few scales, or the levels have no steps. The result is that of the search, unless
      // Float32 arithmetic makes its error larger than that of covering all values.
      if sample.squaredError(of: covering) <= sample.squaredError(of: solution.parameters) {
        solution.parameters = covering
      }
      return solution
    }
    if keepsAll(certificate, sample, on: grid), let values = sample.values(reachedBy: grid) {
      var tightest = TightestRange(values, range: sample.range, grid: grid)
      (solution.parameters, solution.isExact) = tightest.best(against: solution.parameters)
      return solution
    }
    // Arithmetic in Float32 changes the root of an error by at most 2^-23 of the root of the
    // energy, and the rounding of the scale by 2^-24. If the gap is wider, nothing needs to be
    // measured.
    let gap = sample.exactSquaredError(of: covering).squareRoot() - certificate.cost.squareRoot()
    if solution.parameters.condition != .ordinary || gap <= 0x1p-21 * sample.energy.squareRoot(),
      sample.squaredError(of: covering) <= sample.squaredError(of: solution.parameters)
    {
      solution.parameters = covering
    }
    return solution
  }

  /// The tightest range that reproduces every value, or else the best quantizer that a scan finds.
  private static func scanned(
    _ sample: some LeastSquaresLane, from covering: QuantizationParameters, on grid: CodeGrid
  ) -> Solution {
    let values = sample.values(reachedBy: grid)
    if let values {
      var tightest = TightestRange(values, range: sample.range, grid: grid)
      let best = tightest.best()
      if best.error == 0 {
        return Solution(
          parameters: best.parameters, cost: sample.squaredError(of: best.parameters),
          lowerBound: 0, isExact: true)
      }
    }
    let measured = sample.isExact ? values ?? [] : []
    let best = ScaleScan(sample, outermost: OutermostErrors(measured), on: grid)
      .best(startingFrom: covering)
    return Solution(parameters: best, cost: sample.squaredError(of: best), lowerBound: 0)
  }

  /// Whether the optimum reproduces, up to rounding to Float32, every value that the grid can
  /// represent otherwise than as zero.
  ///
  /// Then other scales may do the same.
  private static func keepsAll(
    _ certificate: ScaleCertificate, _ sample: some LeastSquaresLane, on grid: CodeGrid
  ) -> Bool {
    let lost = sample.energy(outOfReachOf: grid)
    return certificate.cost - lost <= 1e-13 * (sample.energy - lost) + 1e-14 * lost
  }
}
