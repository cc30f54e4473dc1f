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
  package static func solve(_ sample: SampleStatistics, on grid: CodeGrid) -> Solution {
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
    let certificate = certificate(of: sample, on: grid)
    let zeroPoint = grid.minimumCode + certificate.codesBelow
    var candidates = [covering]
    // A lattice is reproduced exactly, in real arithmetic, by its step and by many a fraction of
    // it, but not every fraction is a Float32: from the one found, go up to the step itself.
    let isLattice = certificate.cost <= 1e-13 * sample.energy
    for multiple in 1...(isLattice ? grid.steps : 1) {
      candidates.append(
        QuantizationParameters(
          scale: certificate.scale * Double(multiple), zeroPoint: zeroPoint, grid: grid))
    }
    let costs = candidates.map { sample.squaredError(of: $0) }
    let best = costs.indices.dropFirst().reduce(1) { costs[$1] <= costs[$0] ? $1 : $0 }
    return Solution(
      parameters: costs[best] <= costs[0] ? candidates[best] : covering,
      cost: certificate.cost, lowerBound: certificate.lowerBound)
  }

  /// The certified global optimum before its scale is rounded to Float32.
  ///
  /// - Parameter relativeTolerance: The gap between optimum and certificate to stop at.
  package static func certificate(
    of sample: SampleStatistics, on grid: CodeGrid, tolerance relativeTolerance: Double = 1e-9
  ) -> ScaleCertificate {
    // Reading n values costs as much as looking up n / 160 tails.
    guard grid.family.scheme == .symmetric, sample.isExact, sample.count < 160 * grid.steps else {
      return certificate(of: sample.tails, on: grid, tolerance: relativeTolerance)
    }
    return FixedZeroSearch.solve(
      DirectProblem(sample, codes: grid.codes),
      tolerance: SearchTolerance(relative: relativeTolerance))
  }

  /// The certified global optimum for tails, which may be weighted.
  package static func certificate(
    of tails: SidedTails, on grid: CodeGrid, tolerance relativeTolerance: Double = 1e-9
  ) -> ScaleCertificate {
    let tolerance = SearchTolerance(relative: relativeTolerance)
    return switch grid.family.scheme {
    case .affine:
      ZeroPointSearch.solve(ZeroPointProblem(tails, steps: grid.steps), tolerance: tolerance)
    case .symmetric:
      FixedZeroSearch.solve(TailProblem(tails, codes: grid.codes), tolerance: tolerance)
    }
  }
}
