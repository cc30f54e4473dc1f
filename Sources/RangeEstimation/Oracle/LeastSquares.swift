package import QuantizationCore

/// The quantizer with the least squared error on a sample: one answer for every caller.
package enum LeastSquares {
  /// The global optimum up to 8 bits, the best of a dense scan above.
  ///
  /// Never worse than covering the whole sample: rounding the scale to Float32 can lose what an
  /// exactly representable range keeps, so the two are compared on the shared kernel.
  package static func parameters(
    of sample: SampleStatistics, on grid: CodeGrid
  ) -> QuantizationParameters {
    let covering = QuantizationParameters(covering: sample.range, on: grid)
    guard covering.condition == .ordinary else { return covering }
    guard grid.bits.fitsByte else {
      return ScaleScan(sample, on: grid).best(startingFrom: covering)
    }
    let certificate = certificate(of: sample, on: grid)
    let found = QuantizationParameters(
      scale: certificate.scale, zeroPoint: grid.minimumCode + certificate.codesBelow, grid: grid)
    let isBetter =
      sample.squaredError(of: found) <= sample.squaredError(of: covering)
    return isBetter ? found : covering
  }

  /// The certified optimum before its scale is rounded to Float32.
  package static func certificate(
    of sample: SampleStatistics, on grid: CodeGrid, tolerance: Double = 1e-9
  ) -> ScaleCertificate {
    ScaleSearch.solve(ScaleProblem(sample, on: grid), tolerance: tolerance)
  }
}
