package import QuantizationCore
internal import QuantizationKernels

/// What ``LeastSquares`` asks of a lane.
package protocol LeastSquaresLane {
  /// The range from smallest to largest, widened to zero.
  var range: ClippingRange { get }
  /// The sum of squares of all values.
  var energy: Double { get }
  /// The sum of squared errors of a quantizer in real arithmetic.
  func exactSquaredError(of parameters: QuantizationParameters) -> Double
  /// The sum of squared errors of a quantizer as it is measured.
  func squaredError(of parameters: QuantizationParameters) -> Double
  /// The certified global optimum on a grid of at most 8 bits, its scale not yet rounded to Float32.
  ///
  /// - Parameter tolerance: The relative gap between optimum and certificate to stop at.
  func certificate(on grid: CodeGrid, tolerance: Double) -> ScaleCertificate
}

extension LeastSquaresLane {
  /// The certified global optimum to a relative gap of 1e-9.
  package func certificate(on grid: CodeGrid) -> ScaleCertificate {
    certificate(on: grid, tolerance: 1e-9)
  }
}

extension SampleStatistics: LeastSquaresLane {
  package func exactSquaredError(of parameters: QuantizationParameters) -> Double {
    tails.squaredError(of: parameters)
  }

  package func certificate(on grid: CodeGrid, tolerance: Double) -> ScaleCertificate {
    guard isExact, ShortLane.isShort(count, on: grid) else {
      return tails.certificate(on: grid, tolerance: tolerance)
    }
    var lane = ShortLane()
    lane.load(values.span)
    return lane.certificate(on: grid, tolerance: tolerance)
  }
}

extension SidedTails {
  /// The certified global optimum for tails, which may be weighted or binned.
  package func certificate(on grid: CodeGrid, tolerance relative: Double = 1e-9) -> ScaleCertificate
  {
    let tolerance = SearchTolerance(relative: relative)
    return switch grid.family.scheme {
    case .affine:
      ZeroPointSearch.solve(ZeroPointProblem(self, steps: grid.steps), tolerance: tolerance)
    case .symmetric:
      FixedZeroSearch.solve(TailProblem(self, codes: grid.codes), tolerance: tolerance)
    }
  }
}
