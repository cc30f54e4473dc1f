package import QuantizationCore
internal import QuantizationKernels

/// A lane for which ``LeastSquares`` can find a quantizer.
package protocol LeastSquaresLane {
  /// The range from the smallest to the largest value, widened to zero.
  var range: ClippingRange { get }
  /// The sum of squares of all values.
  var energy: Double { get }
  /// Whether every value is known, so that errors are measured on the values.
  var isExact: Bool { get }
  /// The sum of squared errors of a quantizer in real arithmetic, or a lower bound of it.
  func exactSquaredError(of parameters: QuantizationParameters) -> Double
  /// The sum of squared errors of a quantizer, as the shared kernel measures it.
  func squaredError(of parameters: QuantizationParameters) -> Double
  /// The values that a grid can represent otherwise than as zero: all values, or those from zero up if
  /// the grid has no codes below zero. nil if not every value is known.
  func values(reachedBy grid: CodeGrid) -> [Float]?
  /// The sum of the squares of all other values.
  func energy(outOfReachOf grid: CodeGrid) -> Double
  /// The certified global optimum on a grid of at most 8 bits. Its scale is not rounded to Float32.
  ///
  /// - Parameter tolerance: The relative gap between optimum and lower bound at which to stop.
  func certificate(on grid: CodeGrid, tolerance: Double) -> ScaleCertificate
}

extension LeastSquaresLane {
  /// The certified global optimum with a relative gap of 1e-9.
  package func certificate(on grid: CodeGrid) -> ScaleCertificate {
    certificate(on: grid, tolerance: 1e-9)
  }
}

extension SampleStatistics: LeastSquaresLane {
  package func exactSquaredError(of parameters: QuantizationParameters) -> Double {
    guard let tails = unsorted?.bins.tails else { return self.tails.squaredError(of: parameters) }
    return max(0, tails.squaredError(of: parameters) - tails.slack(of: parameters))
  }

  /// If the sample is a moment table and each bin has one value only, the result has each of these
  /// values once.
  package func values(reachedBy grid: CodeGrid) -> [Float]? {
    guard !isExact else {
      return grid.reachesBelowZero ? values : Array(values[below.count...])
    }
    guard let low = below.distinctMagnitudes, let high = above.distinctMagnitudes else {
      return nil
    }
    return (grid.reachesBelowZero ? low.map { -$0 } : []) + high
  }

  package func energy(outOfReachOf grid: CodeGrid) -> Double {
    grid.reachesBelowZero ? 0 : totals.below.sumOfSquares
  }

  package func certificate(on grid: CodeGrid, tolerance: Double) -> ScaleCertificate {
    if let unsorted { return unsorted.certificate(on: grid, tolerance: tolerance) }
    guard isExact, ShortLane.isShort(count, on: grid) else {
      return tails.certificate(on: grid, tolerance: tolerance)
    }
    var lane = ShortLane()
    lane.load(values.span)
    return lane.certificate(on: grid, tolerance: tolerance)
  }
}

extension SidedTails {
  /// The certified global optimum; values may be weighted, or known in bins only.
  package func certificate(on grid: CodeGrid, tolerance relative: Double = 1e-9) -> ScaleCertificate
  {
    let tolerance = SearchTolerance(relative: relative)
    let scales = grid.restrictedScales(zeroPoint: grid.restingZeroPoint)
    if let table = grid.family.table {
      return FixedZeroSearch.solve(
        LadderProblem(self, ladder: table.ladder), among: scales, tolerance: tolerance)
    }
    return switch grid.family.scheme {
    case .affine:
      ZeroPointSearch.solve(
        below: below.maximum, above: above.maximum, steps: grid.steps, among: scales,
        tolerance: tolerance,
        fixed: { TailProblem(self, codes: $0) },
        every: { TailZeroPointProblem(self, steps: grid.steps) })
    case .symmetric:
      FixedZeroSearch.solve(
        TailProblem(self, codes: grid.codes), among: scales, tolerance: tolerance)
    }
  }
}
