package import QuantizationCore

/// The quantizer with the least squared error on a sample: one answer for every caller.
package enum LeastSquares {
  /// A quantizer, and how much better any other could be.
  package struct Solution: Sendable {
    /// The quantizer.
    package var parameters: QuantizationParameters
    /// Its sum of squared errors in real arithmetic.
    package let cost: Double
    /// No quantizer on the grid has a smaller sum, in real arithmetic.
    package let lowerBound: Double
    /// Whether every value that the grid reaches is kept as it is.
    package var isExact = false
  }

  /// The global optimum up to 8 bits, with its certificate; the best of a dense scan above, with
  /// none.
  ///
  /// No scale with a level beyond Float32 counts, nor one below the least normal Float32. Rounding the
  /// scale to Float32 can lose what a range exactly representable keeps, so candidates are compared on
  /// the shared kernel: the answer is never worse than covering the whole sample. Of quantizers that
  /// are equally good there, it is the one with the tightest range that covers the values: min-max
  /// where that is one of them, else the one with the smallest step (``TightestRange``).
  package static func solve(_ sample: some LeastSquaresLane, on grid: CodeGrid) -> Solution {
    let covering = QuantizationParameters(covering: sample.range, on: grid)
    guard covering.condition != .degenerate else {
      // Every value that the grid could represent is zero: no scale changes anything.
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
      // Few scales, or levels that no number of steps tells: the search's answer, unless Float32
      // arithmetic makes it worse than covering everything.
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
    // Float32 moves the root of an error by at most 2^-23 of the root of the energy, and the rounded
    // scale by 2^-24: with a wider gap there is nothing to measure.
    let gap = sample.exactSquaredError(of: covering).squareRoot() - certificate.cost.squareRoot()
    if solution.parameters.condition != .ordinary || gap <= 0x1p-21 * sample.energy.squareRoot(),
      sample.squaredError(of: covering) <= sample.squaredError(of: solution.parameters)
    {
      solution.parameters = covering
    }
    return solution
  }

  /// The tightest range that keeps every value, or the best that a scan finds.
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

  /// Whether the optimum loses nothing but values that the grid does not reach, up to roundings to
  /// Float32: then other scales may do the same.
  private static func keepsAll(
    _ certificate: ScaleCertificate, _ sample: some LeastSquaresLane, on grid: CodeGrid
  ) -> Bool {
    let lost = sample.energy(outOfReachOf: grid)
    return certificate.cost - lost <= 1e-13 * (sample.energy - lost) + 1e-14 * lost
  }
}
