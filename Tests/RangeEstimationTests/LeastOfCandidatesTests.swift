import _TestSupport
import QuantizationCore
import RangeEstimation
import ScientificMath
import Testing

/// Of many values only candidates close to the least are measured; the choice is that of measuring
/// all of them.
@Suite struct LeastOfCandidatesTests {
  /// The first with the least measured error.
  private func measured(
    _ sample: SampleStatistics, _ candidates: [QuantizationParameters]
  ) -> QuantizationParameters? {
    var best: (parameters: QuantizationParameters, cost: Double)?
    for candidate in candidates {
      let cost = sample.squaredError(of: candidate)
      if best.map({ cost < $0.cost }) ?? true { best = (candidate, cost) }
    }
    return best?.parameters
  }

  private func neighbours(
    of scale: Double, each step: Double, on grid: CodeGrid, zeroPoint: Int
  ) -> [QuantizationParameters] {
    (-20...20).map {
      QuantizationParameters(
        scale: scale * (1 + Double($0) * step), zeroPoint: zeroPoint, grid: grid)
    }
  }

  /// Near the optimum the errors of neighbouring scales differ by less than Float32 rounds, so the
  /// kernel puts them in another order than real arithmetic does.
  @Test("where Float32 orders neighbours differently, it decides", arguments: 0..<20)
  func neighbours(seed: UInt64) throws {
    var samples = try TestSamples(seed: 700 + seed)
    let values = try samples.draw(2000, from: seed % 2 == 0 ? .gaussian() : .laplace())
    let sample = SampleStatistics(values)
    for family in [GridFamily.symmetricNarrow, .affineUnsigned] {
      for bits in [2, 3, 4] {
        let grid = try grid(family, bits)
        let best = try RuleProbe.parameters("mse", values, on: grid)
        for step in [0x1p-23, 1e-6, 1e-5, 1e-3] {
          let candidates = neighbours(
            of: Double(best.scale), each: step, on: grid, zeroPoint: best.zeroPoint)
          #expect(
            sample.leastSquaredError(among: candidates) == measured(sample, candidates),
            "\(grid), \(step)")
        }
      }
    }
  }
}
