import _TestSupport
import Foundation
import QuantizationCore
import RangeEstimation
import TensorIO
import Testing

/// Searches against plain loops written again here, and against the optimum.
@Suite struct SearchRuleTests {
  /// The sum of |x - x^|^power, element by element with the scalar quantizer.
  private func error(
    _ values: [Float], _ parameters: QuantizationParameters, power: Double
  ) -> Double {
    values.reduce(0) {
      $0 + pow(abs(Double($1) - Double(parameters.reconstruction(of: $1))), power)
    }
  }

  @Test("gptq-grid is the best of eighty shrinks of min-max", arguments: [3, 4, 8])
  func gptq(bits: Int) throws {
    let values = try GoldenTensor.load("student3_1e4").values
    for family in [GridFamily.symmetricFull, .affineUnsigned] {
      let grid = try grid(family, bits)
      let found = try RuleProbe.parameters("gptq-grid", values, on: grid)
      let (low, high) = (Double(values.min() ?? 0), Double(values.max() ?? 0))
      let reach = max(-low, high)
      var best = (error: Double.infinity, parameters: found)
      for index in 0..<80 {
        let share = 1 - Double(index) / 100
        let ends = family == .symmetricFull ? (-reach, reach) : (low, high)
        let scale = share * (ends.1 - ends.0) / Double((1 << bits) - 1)
        let candidate = QuantizationParameters(
          scale: scale, zeroPoint: Int((-share * ends.0 / scale).rounded(.toNearestOrEven)),
          grid: grid)
        let value = error(values, candidate, power: 2.4)
        if value < best.error { best = (value, candidate) }
      }
      #expect(found == best.parameters, "\(grid)")
      let whole = (family == .symmetricFull ? 2 * reach : high - low) / Double((1 << bits) - 1)
      #expect(Double(found.scale) < 0.995 * whole, "heavy tails are cut")
    }
  }

  @Test("gptq-grid keeps the peer's hole: half the scale for data without negative values")
  func gptqHole() throws {
    let values = QuantileSample.uniform(1000).map { abs($0) }
    let grid = try grid(.symmetricFull, 4)
    let found = try RuleProbe.parameters("gptq-grid", values, on: grid)
    let mirrored = try RuleProbe.parameters("gptq-grid", values.map { -$0 }, on: grid)
    #expect(Double(found.upper) < 0.5 && Double(mirrored.lower) < -0.9)
  }

  @Test("mse-grid is the best of its candidates, affine ends shrinking alike")
  func mseGrid() throws {
    let values = try GoldenTensor.load("lognormal_5e4").values
    let sample = SampleStatistics(values)
    for family in GridFamily.integers {
      let grid = try grid(family, 4)
      let found = try RuleProbe.parameters("mse-grid[steps=37]", values, on: grid)
      let errors = (1...37).map { step in
        let share = Double(step) / 37
        return sample.squaredError(
          of: QuantizationParameters(
            covering: ClippingRange(sample.range.lower * share, sample.range.upper * share),
            on: grid))
      }
      #expect(sample.squaredError(of: found) == errors.min())
    }
  }

  @Test("golden-section finds the bottom where there is one valley and misses it where not")
  func goldenSection() throws {
    let smooth = QuantileSample.gaussian(20_000)
    for bits in 2...4 {
      let regret = try RuleProbe.regret(
        "golden-section", smooth, on: grid(.symmetricNarrow, bits))
      // A bracket of 1e-4 of the maximum, 4e-4 of the scale, costs 7.1 (4e-4)^2 at 4 bits (numerics
      // of the optimum); the rest is the ruggedness of a finite sample.
      #expect(regret < 1e-4, "\(bits) bits: \(regret)")
    }
    // A lattice: every scale but the step and its fractions is worse, and so are their neighbors.
    let lattice = (-7...7).map { Float($0) } + [Float](repeating: 7, count: 5)
    let grid = try grid(.symmetricNarrow, 8)
    let sample = SampleStatistics(lattice)
    let found = try RuleProbe.parameters("golden-section", lattice, on: grid)
    #expect(sample.squaredError(of: found) > 0)
    #expect(sample.squaredError(of: LeastSquares.solve(sample, on: grid).parameters) == 0)
  }

  @Test("lp with p = 2 is mse")
  func lpSquares() throws {
    let values = try GoldenTensor.load("student3_1e4").values
    for family in GridFamily.integers {
      let grid = try grid(family, 4)
      let squares = try RuleProbe.parameters("mse", values, on: grid)
      #expect(try RuleProbe.parameters("lp[p=2]", values, on: grid) == squares)
    }
  }

  @Test("lp prefers its own power", arguments: [1.0, 2.4, 4.0])
  func lpPower(power: Double) throws {
    let values = try GoldenTensor.load("student3_1e4").values
    for family in [GridFamily.symmetricNarrow, .affineSigned] {
      let grid = try grid(family, 4)
      let own = try RuleProbe.parameters("lp[p=\(power)]", values, on: grid)
      for other in [1.0, 2.4, 4.0] where other != power {
        let foreign = try RuleProbe.parameters("lp[p=\(other)]", values, on: grid)
        #expect(error(values, own, power: power) < error(values, foreign, power: power))
      }
    }
  }

  @Test("ggml-search fits the scale to its codes and beats absolute maximum on its weights")
  func ggml() throws {
    let values = Array(QuantileSample.laplace(32)).map { $0 * $0 * $0 + 0.3 * $0 }
    for family in [GridFamily.symmetricNarrow, .symmetricFull, .affineUnsigned, .affineSigned] {
      for sign in [Float(1), -1] {
        let data = values.map { $0 * sign } + [sign * 60]
        let grid = try grid(family, 4)
        let found = try RuleProbe.parameters("ggml-search", data, on: grid)
        let weighted = { (parameters: QuantizationParameters) in
          data.reduce(0.0) {
            $0 + Double($1 * $1) * pow(Double($1 - parameters.reconstruction(of: $1)), 2)
          }
        }
        let plain = QuantizationParameters(
          scale: Double(data.map { abs($0) }.max() ?? 0) / 7, zeroPoint: found.zeroPoint,
          grid: grid)
        #expect(weighted(found) <= weighted(plain), "\(grid)")
        // Least squares: moving the scale either way cannot help, the codes being what they are.
        for factor in [0.9999, 1.0001] {
          let moved = QuantizationParameters(
            scale: Double(found.scale) * factor, zeroPoint: found.zeroPoint, grid: grid)
          #expect(weighted(found) < weighted(moved), "\(grid)")
        }
        guard grid.family.scheme == .affine else { continue }
        // The longer side is that of the largest value.
        let low = found.grid.minimumCode - found.zeroPoint
        #expect(low == (sign < 0 ? -8 : -7))
      }
    }
  }
}
