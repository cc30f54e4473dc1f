internal import QuantizationCore
internal import QuantizationKernels

/// The search for the optimum of values that are kept but not sorted.
extension KeptValues {
  /// The largest relative distance from the best scale up to which opening bins is faster than sorting.
  private static let mostShare = 0.05

  /// The certified global optimum.
  ///
  /// A first search on the bins of a moment table leaves a gap of about a millionth, because the
  /// error of bins is known between bounds only. So the bins that contain thresholds of scales near
  /// the best one are opened, and the search is repeated. Near its least point the error grows with
  /// the square of the distance, so the gap of the first search tells which scales are near enough.
  /// If a few rounds do not reach the tolerance, the values are sorted.
  ///
  /// - Parameter tolerance: The relative gap between optimum and lower bound at which to stop.
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

  /// The bins, of which those are opened that contain a threshold `(j - 1/2) s` of a scale s near
  /// `scale`.
  ///
  /// - Parameter share: The largest relative distance between s and `scale`.
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
