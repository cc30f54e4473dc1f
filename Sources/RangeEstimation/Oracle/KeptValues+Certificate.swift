internal import QuantizationCore
internal import QuantizationKernels

/// The optimum of values that are kept but not sorted.
extension KeptValues {
  /// The widest part of the scales, on either side of the best, that is worth opening bins for.
  private static let mostShare = 0.05

  /// The certified global optimum.
  ///
  /// A moment table finds it to a millionth or so, and leaves open only what no bin tells: which of two
  /// neighbouring scales is better. So the bins that thresholds of such scales cut are opened, and the
  /// search is repeated. Near its least the error grows with the square of the distance, so the gap of
  /// the first certificate says how far from the best scale that is.
  func certificate(on grid: CodeGrid, tolerance: Double) -> ScaleCertificate {
    guard grid.family.table == nil, grid.scaleFormat == .float32 else {
      return self.tails.certificate(on: grid, tolerance: tolerance)
    }
    let tails = bins.tails
    var found = tails.certificate(on: grid, tolerance: tolerance)
    var share = (max(0, 1 - found.lowerBound / found.cost) / 4).squareRoot()
    while share < Self.mostShare {
      let goal = SearchTolerance(relative: tolerance)
      if found.lowerBound >= goal.threshold(cost: found.cost, energy: tails.energy) { return found }
      found = opening(around: found.scale, share: share, steps: grid.steps).tails
        .certificate(on: grid, tolerance: tolerance)
      share *= 4
    }
    return self.tails.certificate(on: grid, tolerance: tolerance)
  }

  /// The bins, those opened that a threshold `(j - 1/2) s` of a scale near another cuts.
  private func opening(around scale: Double, share: Double, steps: Int) -> SidedBins {
    var cells = MarkedCells()
    for code in 1...steps {
      let threshold = (Double(code) - 0.5) * scale
      cells.mark(
        MomentTable.key(of: threshold * (1 - share))...MomentTable.key(of: threshold * (1 + share)))
    }
    return bins(opening: cells)
  }
}
