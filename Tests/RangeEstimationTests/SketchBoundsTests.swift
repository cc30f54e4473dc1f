import _TestSupport
import Foundation
import QuantizationCore
import QuantizationKernels
import RangeEstimation
import TensorIO
import Testing

/// What the moment table knows of a lane, against the same values kept.
@Suite struct SketchBoundsTests {
  private static let bits = [2, 3, 4, 6, 8]

  private static func table(of values: [Float]) -> SampleStatistics {
    var sample = SampleStatistics(shape: LaneShape(count: 0, rowLength: 1), capacity: 0)
    sample.observe(values.span)
    sample.seal()
    return sample
  }

  /// Bounds hold for any scale and any split of the codes: 4000 of them, from where nearly all
  /// values clip to where none leaves the zero cell.
  @Test(
    "the error lies between its bounds at 4000 random scales",
    arguments: GoldenTensor.real + GoldenTensor.finite)
  func bounds(name: String) throws {
    let values = try GoldenTensor.load(name).values
    let (table, kept) = (Self.table(of: values).tails, SampleStatistics(values).tails)
    let largest = max(table.below.maximum, table.above.maximum)
    guard largest > 0 else { return }
    // Sums of up to a million terms in another order; bounds apart are bounds of real numbers.
    let rounding = 1e-12 * kept.energy
    #expect(abs(table.energy - kept.energy) <= rounding)
    var random = SplitMix(seed: 11)
    for _ in 0..<4000 {
      let steps = (1 << Self.bits[Int(random.next() % 5)]) - 1
      let below = Int(random.next() % UInt64(steps + 1))
      let codes = -below...(steps - below)
      let share = Double(random.next() >> 11) * 0x1p-53
      let scale = largest * 2.2 * exp(-share * log(20.0 * Double(steps)))
      let exact = kept.parabola(scale: scale, codes: codes)
      let found = table.parabola(scale: scale, codes: codes)
      let slack = table.slack(scale: scale, codes: codes)
      let cost = exact.cost(scale: scale, energy: kept.energy)
      let most = found.cost(scale: scale, energy: table.energy)
      #expect(cost <= most + rounding, "scale \(scale), codes \(codes)")
      #expect(most - slack.cost <= cost + rounding, "scale \(scale), codes \(codes)")
      #expect(exact.square <= found.square + slack.square, "scale \(scale), codes \(codes)")
    }
  }

  /// The reference figures: regret at most 2e-5, certificates of some 1e-4 at 8 bits and 3e-3 on
  /// uniform data.
  @Test(
    "its answer is within 2e-5 of the optimum, and its certificate is true",
    arguments: GoldenTensor.real)
  func regret(name: String) throws {
    let values = try GoldenTensor.load(name).values
    let (table, kept) = (Self.table(of: values), SampleStatistics(values))
    for grid in grids(bits: Self.bits) {
      let found = LeastSquares.solve(table, on: grid)
      let best = LeastSquares.solve(kept, on: grid)
      let cost = kept.squaredError(of: found.parameters)
      let least = kept.squaredError(of: best.parameters)
      #expect(cost <= least * (1 + 2e-5), "\(grid): \(cost / least - 1)")
      #expect(found.lowerBound <= best.cost * (1 + 1e-9), "\(grid)")
      #expect(best.lowerBound <= found.cost * (1 + 1e-9), "\(grid)")
      #expect(found.lowerBound >= found.cost * (1 - 3e-3), "\(grid): \(found)")
    }
  }

  @Test("values with few mantissa bits are known exactly, and so is their optimum")
  func exactBins() throws {
    var samples = try TestSamples(seed: 5)
    let values = try samples.shaped(0, count: 3000).map {
      Float(bitPattern: $0.bitPattern & 0xffff_0000)
    }
    for grid in grids(bits: [2, 4, 8]) {
      let found = Self.table(of: values).certificate(on: grid)
      let best = SampleStatistics(values).certificate(on: grid)
      #expect(abs(found.cost / best.cost - 1) <= 1e-9, "\(grid)")
      #expect(found.cost - found.lowerBound <= 1e-9 * found.cost, "\(grid)")
    }
  }
}
