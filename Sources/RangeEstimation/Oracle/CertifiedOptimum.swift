public import QuantizationCore
internal import QuantizationKernels

/// The least mean squared error that any range can have on a tensor, a grid and its lanes.
public struct CertifiedOptimum: Hashable, Sendable {
  /// The error of the optimal quantizers, measured by the shared kernel.
  public let mse: Double
  /// The relative gap between optimum and proven lower bound, in real arithmetic: no choice of
  /// ranges has an error below `(1 - gap)` times the optimum.
  public let gap: Double
}

extension Calibration {
  /// The certified optimum on a grid of at most 8 bits; nothing for wider ones, without values, or
  /// for lanes so long that not every value is kept.
  ///
  /// - Throws: What reading the source throws.
  public mutating func optimum(on grid: CodeGrid) throws -> CertifiedOptimum? {
    guard grid.bits.fitsByte else { return nil }
    if let known = optima[grid] { return known }
    let samples = try sampleStatistics()
    guard samples.allSatisfy(\.isExact) else { return nil }
    let solutions = samples.map {
      $0.count == 0 ? nil : LeastSquares.solve($0, on: grid)
    }
    let sums = try error(
      with: solutions.map { $0?.parameters ?? QuantizationParameters(scale: 0, grid: grid) })
    guard sums.count > 0 else { return nil }
    let cost = solutions.reduce(0) { $0 + ($1?.cost ?? 0) }
    let bound = solutions.reduce(0) { $0 + ($1?.lowerBound ?? 0) }
    let optimum = CertifiedOptimum(mse: sums.mse, gap: cost > 0 ? max(0, 1 - bound / cost) : 0)
    optima[grid] = optimum
    return optimum
  }
}
