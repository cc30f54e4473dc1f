public import QuantizationCore
package import QuantizationKernels

/// The least mean squared error that any quantizers can have on a tensor, for a grid and given lanes.
public struct CertifiedOptimum: Hashable, Sendable {
  /// The error of the optimal quantizers, measured by the shared kernel.
  public let mse: Double
  /// The relative gap between the optimum and its proven lower bound, in real arithmetic: no choice of
  /// quantizers has an error below `(1 - gap)` times the optimum.
  public let gap: Double
  /// The optimal quantizer of each lane.
  ///
  /// A lane without values has the degenerate quantizer.
  public let parameters: [QuantizationParameters]

  /// The proven lower bound, `(1 - gap) mse`: no choice of quantizers has a smaller error.
  public var lowerBound: Double { mse * (1 - gap) }

  /// Describes an error below the certified lower bound, which means that the program is wrong; nil for
  /// one that is possible.
  ///
  /// The proof is about real arithmetic. In Float32 each level and each difference is off by up to
  /// 2^-24 of itself, which moves the root of the mean squared error by at most 2^-23 of the root
  /// of the mean square of the values; both sides of the comparison are measured so.
  package func contradiction(of sums: ErrorSums) -> String? {
    let rounding = 0x1p-22 * (sums.signal / Double(sums.count)).squareRoot()
    guard sums.mse.squareRoot() < lowerBound.squareRoot() - rounding else { return nil }
    return "mse \(sums.mse) is below the certified optimum \(mse)"
  }
}

/// The optimal quantizers of all lanes on a grid, with the sums of their errors and of the proven lower
/// bounds, in real arithmetic.
package struct LaneOptima: Sendable {
  /// The quantizer of each lane.
  package private(set) var parameters: [QuantizationParameters] = []
  private var cost = 0.0
  private var lowerBound = 0.0
  /// The optimum with its measured error; nil until the error is measured.
  var optimum: CertifiedOptimum?
  /// Whether the error of the quantizers has been measured.
  package var isMeasured: Bool { optimum != nil }

  /// The relative gap between the error of all lanes and its proven lower bound; 0 if the error is 0.
  package var gap: Double { cost > 0 ? max(0, 1 - lowerBound / cost) : 0 }

  /// Adds the solution of the next lane; nil for a lane without values, which gets the degenerate
  /// quantizer.
  mutating func append(_ solution: LeastSquares.Solution?, grid: CodeGrid) {
    parameters.append(solution?.parameters ?? QuantizationParameters(scale: 0, grid: grid))
    cost += solution?.cost ?? 0
    lowerBound += solution?.lowerBound ?? 0
  }
}

extension Calibration {
  /// The certified optimum on a grid of at most 8 bits; nil for more bits, or without values.
  ///
  /// If a lane is so long that not all values are kept, the gap is about 1e-4.
  ///
  /// - Throws: The errors of reading the source.
  public mutating func optimum(on grid: CodeGrid) throws -> CertifiedOptimum? {
    guard let lanes = try laneOptima(on: grid) else { return nil }
    return try lanes.optimum ?? certify(on: grid, measured: error(with: lanes.parameters))
  }

  /// Records the measured error of the quantizers of the certified optimum.
  ///
  /// Returns nil without values.
  ///
  /// - Parameter sums: The error sums of the quantizers of ``laneOptima(on:)``.
  @discardableResult
  package mutating func certify(
    on grid: CodeGrid, measured sums: ErrorSums
  ) -> CertifiedOptimum? {
    guard let lanes = optima[grid], sums.count > 0 else { return nil }
    let optimum = CertifiedOptimum(mse: sums.mse, gap: lanes.gap, parameters: lanes.parameters)
    optima[grid]?.optimum = optimum
    return optimum
  }

  /// Finds the optima on several grids; several workers search at once.
  ///
  /// The optima are cached.
  ///
  /// - Returns: The seconds that each search took, in the order of the grids; about zero for a cached
  ///   optimum and for more than 8 bits.
  /// - Throws: The errors of reading the source.
  package mutating func findOptima(on grids: [CodeGrid]) throws -> [Double] {
    // All searches share this statistic, so it is computed before they begin.
    if grids.contains(where: { needsSamples(on: $0) }) { _ = try sampleStatistics() }
    let prepared = self
    let found = try workers.map(grids.count) { index in
      var own = prepared
      let start = ContinuousClock.now
      let optima = try own.laneOptima(on: grids[index])
      return (optima, (ContinuousClock.now - start) / .seconds(1))
    }
    for (grid, (lanes, _)) in zip(grids, found) { optima[grid] = lanes }
    return found.map(\.1)
  }

  private func needsSamples(on grid: CodeGrid) -> Bool {
    optima[grid] == nil && grid.bits.fitsByte && !isOfShortLanes(on: grid)
  }

  /// The optimal quantizers of all lanes; nil for grids of more than 8 bits.
  ///
  /// They are searched for once and cached for each grid.
  ///
  /// - Throws: The errors of reading the source.
  package mutating func laneOptima(on grid: CodeGrid) throws -> LaneOptima? {
    if let known = optima[grid] { return known }
    guard grid.bits.fitsByte else { return nil }
    var found = LaneOptima()
    let resolved = try resolved(grid)
    for solution in try solutions(on: resolved) { found.append(solution, grid: resolved) }
    optima[grid] = found
    return found
  }

  /// The optimum of each lane; nil for lanes without values.
  ///
  /// Several workers search at once.
  private mutating func solutions(on grid: CodeGrid) throws -> [LeastSquares.Solution?] {
    guard isOfShortLanes(on: grid) else {
      let samples = try sampleStatistics()
      return try laneBlocks.map { block in
        samples[block].map { $0.count > 0 ? LeastSquares.solve($0, on: grid) : nil }
      }
    }
    // Short lanes are read from the source: a hundred thousand groups would need as many statistics.
    let source = batches[0]
    return try laneBlocks.map { block in
      var (short, found) = (
        ShortLane(), [LeastSquares.Solution?](repeating: nil, count: block.count)
      )
      try source.forEachSpan(ofLanes: block) { lane, values in
        guard !values.isEmpty else { return }
        short.load(values)
        found[lane - block.lowerBound] = LeastSquares.solve(short, on: grid)
      }
      return found
    }
  }
}
