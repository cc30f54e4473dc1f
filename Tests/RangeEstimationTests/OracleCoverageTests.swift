import _TestSupport
import Foundation
import QuantizationCore
import RangeEstimation
import Testing

/// The oracle on every tensor there is, and against every answer of a peer.
@Suite struct OracleCoverageTests {
  @Test(
    "the certificate closes to 1e-9 on every grid from 2 to 8 bits",
    arguments: GoldenTensor.real + GoldenTensor.finite)
  func closed(name: String) throws {
    let sample = try GoldenTensor.sample(name)
    for grid in grids(bits: Array(2...8)) {
      let found = sample.certificate(on: grid)
      // Differences below 1e-14 of the energy are rounding and are not pursued.
      let gap = 1e-9 * found.cost + 1e-14 * sample.energy
      #expect(found.lowerBound <= found.cost, "\(grid)")
      #expect(found.cost - found.lowerBound <= gap, "\(grid): \(found)")
    }
  }

  /// Whether the lab's quantizers could have given the row.
  ///
  /// The scale is a normal Float32 and the zero point is a code. Real zero points (HQQ) and ranges without zero are other problems.
  private func isComparable(_ row: GoldenRow) -> Bool {
    let zeroPoint = Double(row.fields["zero_point"] ?? "") ?? .nan
    return GoldenTensor.finite.contains(row.tensor) && row.mse.isFinite
      && row.scale >= Double(Float.leastNormalMagnitude)
      && row.grid.codes.contains { Double($0) == zeroPoint }
  }

  @Test("no peer has a smaller error than the optimum, in any row of the golden table")
  func peers() throws {
    let rows = try GoldenRow.all().filter(isComparable)
    #expect(rows.count > 10_000)
    for (tensor, rows) in Dictionary(grouping: rows, by: \.tensor) {
      let sample = try GoldenTensor.sample(tensor)
      var optima: [CodeGrid: LeastSquares.Solution] = [:]
      for row in rows {
        let solution = optima[row.grid] ?? LeastSquares.solve(sample, on: row.grid)
        optima[row.grid] = solution
        let mse = sample.squaredError(of: solution.parameters) / Double(sample.count)
        let rounding = sample.energy / Double(sample.count) * 0x1p-46
        #expect(mse <= row.mse * (1 + 1e-6) + rounding, "\(row): \(mse)")
      }
    }
  }

  @Test("with 500 values the optimum is that of a sweep over all breakpoints", arguments: 0..<12)
  func sweep(shape: Int) throws {
    var samples = try TestSamples(seed: UInt64(500 + shape))
    let values = try samples.shaped(shape, count: 500)
    let sample = SampleStatistics(values)
    for grid in grids(bits: [2, 3, 4, 5, 6, 7, 8]) {
      // Sweeps over all zero points of 8 bits take seconds, and signed codes have the same ones.
      if grid.family.scheme == .affine, grid.bits.count > 5 {
        guard shape % 6 == 0, grid.family == .affineUnsigned else { continue }
      }
      let found = sample.certificate(on: grid, tolerance: 1e-13)
      let exact = BreakpointSweep.leastCost(of: values, on: grid)
      #expect(abs(found.cost - exact) <= 1e-12 * exact + 1e-13 * sample.energy, "\(grid)")
    }
  }
}
