public import QuantizationCore
package import QuantizationKernels

/// The least mean squared error that any range can have on a tensor, a grid and its lanes.
public struct CertifiedOptimum: Hashable, Sendable {
  /// The error of the optimal quantizers, measured by the shared kernel.
  public let mse: Double
  /// The relative gap between optimum and proven lower bound, in real arithmetic: no choice of
  /// ranges has an error below `(1 - gap)` times the optimum.
  public let gap: Double
  /// The optimal quantizer of each lane; a lane without values has the degenerate one.
  public let parameters: [QuantizationParameters]
}

/// The optimal quantizers of all lanes on a grid, with their errors and proven bounds in real
/// arithmetic.
package struct LaneOptima: Sendable {
  /// The quantizer of each lane.
  package private(set) var parameters: [QuantizationParameters] = []
  private var cost = 0.0
  private var lowerBound = 0.0
  /// Measured once somebody asks for it.
  var optimum: CertifiedOptimum?

  /// The relative gap between the error of all lanes and its proven lower bound.
  package var gap: Double { cost > 0 ? max(0, 1 - lowerBound / cost) : 0 }

  /// Adds the solution of the next lane; one without values gets the degenerate quantizer.
  mutating func append(_ solution: LeastSquares.Solution?, grid: CodeGrid) {
    parameters.append(solution?.parameters ?? QuantizationParameters(scale: 0, grid: grid))
    cost += solution?.cost ?? 0
    lowerBound += solution?.lowerBound ?? 0
  }
}

extension Calibration {
  /// The certified optimum on a grid of at most 8 bits; nothing for wider ones or without values.
  ///
  /// Of lanes so long that not every value is kept, the optimum is known to some 1e-4 of itself and
  /// the gap says so.
  ///
  /// - Throws: What reading the source throws.
  public mutating func optimum(on grid: CodeGrid) throws -> CertifiedOptimum? {
    guard let lanes = try laneOptima(on: grid) else { return nil }
    return try lanes.optimum ?? certify(on: grid, measured: error(with: lanes.parameters))
  }

  /// The quantizers of the certified optimum, to be measured with others in one pass; nothing for
  /// grids of more than 8 bits, or once they have been measured.
  ///
  /// - Throws: What reading the source throws.
  package mutating func unmeasuredOptimum(
    on grid: CodeGrid
  ) throws -> [QuantizationParameters]? {
    guard let lanes = try laneOptima(on: grid), lanes.optimum == nil else { return nil }
    return lanes.parameters
  }

  /// Takes note of what the quantizers of the certified optimum came to; nothing without values.
  @discardableResult
  package mutating func certify(
    on grid: CodeGrid, measured sums: ErrorSums
  ) -> CertifiedOptimum? {
    guard let lanes = optima[grid], sums.count > 0 else { return nil }
    let optimum = CertifiedOptimum(mse: sums.mse, gap: lanes.gap, parameters: lanes.parameters)
    optima[grid]?.optimum = optimum
    return optimum
  }

  /// Finds the optima on several grids, several at once.
  ///
  /// - Returns: The seconds that each search took, in the order of the grids; zero where there was
  ///   nothing to find.
  /// - Throws: What reading the source throws.
  package mutating func findOptima(on grids: [CodeGrid]) throws -> [Double] {
    // What they share must be there before they part.
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

  /// The optima of all lanes, found once for each grid; nothing where there is no certificate.
  ///
  /// - Throws: What reading the source throws.
  package mutating func laneOptima(on grid: CodeGrid) throws -> LaneOptima? {
    if let known = optima[grid] { return known }
    guard grid.bits.fitsByte else { return nil }
    var found = LaneOptima()
    let resolved = try resolved(grid)
    for solution in try solutions(on: resolved) { found.append(solution, grid: resolved) }
    optima[grid] = found
    return found
  }

  /// The optimum of each lane, several lanes at once; nothing for lanes without values.
  private mutating func solutions(on grid: CodeGrid) throws -> [LeastSquares.Solution?] {
    guard isOfShortLanes(on: grid) else {
      let samples = try sampleStatistics()
      return try laneBlocks.map { block in
        samples[block].map { $0.count > 0 ? LeastSquares.solve($0, on: grid) : nil }
      }
    }
    // Straight from the source: no statistic is kept of a hundred thousand groups.
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
