package import QuantizationCore

/// The quantizer with the least squared error on a sample: one answer for every caller.
package enum LeastSquares {
  /// The global optimum up to 8 bits, the best of a dense scan above.
  ///
  /// Never worse than covering the whole sample: rounding the scale to Float32 can lose what an
  /// exactly representable range keeps, so candidates are compared on the shared kernel.
  package static func parameters(
    of sample: SampleStatistics, on grid: CodeGrid
  ) -> QuantizationParameters {
    let covering = QuantizationParameters(covering: sample.range, on: grid)
    guard covering.condition == .ordinary else { return covering }
    guard grid.bits.fitsByte else {
      return ScaleScan(sample, on: grid).best(startingFrom: covering)
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
    return costs[best] <= costs[0] ? candidates[best] : covering
  }

  /// The certified global optimum before its scale is rounded to Float32.
  ///
  /// - Parameter relativeTolerance: The gap between optimum and certificate to stop at.
  package static func certificate(
    of sample: SampleStatistics, on grid: CodeGrid, tolerance relativeTolerance: Double = 1e-9
  ) -> ScaleCertificate {
    let tolerance = SearchTolerance(relative: relativeTolerance)
    switch grid.family.scheme {
    case .affine:
      return ZeroPointSearch.solve(
        ZeroPointProblem(sample, steps: grid.steps), tolerance: tolerance)
    case .symmetric:
      // Reading n values costs as much as looking up n / 160 tails.
      return sample.count < 160 * grid.steps
        ? FixedZeroSearch.solve(DirectProblem(sample, codes: grid.codes), tolerance: tolerance)
        : FixedZeroSearch.solve(SortedProblem(sample, codes: grid.codes), tolerance: tolerance)
    }
  }
}
