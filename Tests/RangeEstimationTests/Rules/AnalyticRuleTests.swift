import _TestSupport
import Foundation
import QuantizationCore
import RangeEstimation
import Testing

/// Analytic rules against published constants and against the population values of their models.
@Suite struct AnalyticRuleTests {
  /// Recovers alpha from s = 2 alpha / 2^b.
  private func alpha(_ rule: String, _ values: [Float], bits: Int) throws -> Double {
    let found = try RuleProbe.parameters(
      rule, values, on: grid(.symmetricNarrow, bits))
    return Double(found.scale) * Double(1 << bits) / 2
  }

  @Test("aciq: alpha over the spread is the published constant to six digits")
  func publishedConstants() throws {
    let gaussian = [
      1.710_635_19, 2.151_592_77, 2.559_136_46, 2.936_200_62, 3.286_914_74, 3.615_114_6,
      3.924_037_14,
    ]
    let laplace = [
      2.830_682_99, 3.897_229_46, 5.028_640_14, 6.204_766_33, 7.413_126_22, 8.645_619_95,
      9.896_759_82,
    ]
    // Two magnitudes, ten far apart from one: known moments, and no constant reaches the extrema.
    let values = [Float](repeating: 1, count: 500) + [Float](repeating: -1, count: 500) + [30, -30]
    let root = ((1000.0 + 2 * 900) / 1002).squareRoot()
    let magnitude = (1000.0 + 60) / 1002
    for (index, bits) in (2...8).enumerated() {
      let normal = try alpha("aciq[distribution=gaussian]", values, bits: bits) / root
      let exponential = try alpha("aciq[distribution=laplace]", values, bits: bits) / magnitude
      // Six digits; the Float32 scale has seven.
      #expect(abs(normal / gaussian[index] - 1) < 5e-7, "\(bits) bits: \(normal)")
      #expect(abs(exponential / laplace[index] - 1) < 5e-7, "\(bits) bits: \(exponential)")
      // alpha e^alpha = 3 4^b: an error of 1e-7 in alpha is magnified by 1 + alpha < 12.
      let product = exponential * exp(exponential) / (3 * pow(4, Double(bits)))
      #expect(abs(product - 1) < 2e-6, "\(bits) bits: \(product)")
    }
  }

  @Test(
    "aciq: what 2 alpha / 2^b costs on the narrow and the full grid",
    arguments: [
      (2, 0.282, 0.0907), (3, 0.186, 0.0617), (4, 0.0780, 0.0241), (5, 0.0273, 0.0079),
      (6, 0.0088, 0.0024),
    ])
  func publishedConventionCosts(bits: Int, narrow: Double, full: Double) throws {
    let values = QuantileSample.gaussian(100_000)
    for (family, expected) in [(GridFamily.symmetricNarrow, narrow), (.symmetricFull, full)] {
      let regret = try RuleProbe.regret(
        "aciq[distribution=gaussian]", values, on: grid(family, bits))
      // Population values in three digits; a sample cut off at 4.4 sigma differs by less.
      #expect(abs(regret - expected) < 0.0006 + 0.005 * expected, "\(family) \(regret)")
    }
  }

  @Test("aciq-grid: full grid regrets of the convention 2 alpha / (2^b - 1)")
  func gridConventionCosts() throws {
    let values = QuantileSample.gaussian(100_000)
    for bits in 3...6 {
      let regret = try RuleProbe.regret(
        "aciq-grid[distribution=gaussian]", values, on: grid(.symmetricFull, bits))
      // The published alpha costs .0021 at 3 bits and less above; the grid's own must not cost more.
      #expect(regret < 0.0022, "\(bits) bits: \(regret)")
    }
  }

  @Test("aciq-grid: a one-sided exponential on b bits is a Laplace density on b + 1")
  func oneSided() throws {
    let both = QuantileSample.laplace(20_000)
    let one = both.filter { $0 > 0 }
    for bits in 2...8 {
      let unsigned = try RuleProbe.parameters(
        "aciq-grid[distribution=laplace]", one, on: grid(.symmetricUnsigned, bits))
      let affine = try RuleProbe.parameters(
        "aciq-grid[distribution=laplace]", one.map { -$0 },
        on: grid(.affineSigned, bits))
      let narrow = try RuleProbe.parameters(
        "aciq-grid[distribution=laplace]", both, on: grid(.symmetricNarrow, bits + 1))
      // The same formula on the same moments: one unit in the last place of Float32.
      #expect(abs(unsigned.scale / narrow.scale - 1) < 1.3e-7)
      #expect(abs(affine.scale / narrow.scale - 1) < 1.3e-7)
      #expect(affine.zeroPoint == affine.grid.maximumCode)
    }
  }

  @Test("aciq mix is never worse than its parts")
  func mix() throws {
    var choices = 0
    for tensor in ["gauss_1e4", "student3_1e4", "uniform_1e4", "relu_gauss_1e5"] {
      let sample = try GoldenTensor.sample(tensor)
      for family in GridFamily.integers {
        let grid = try grid(family, 4)
        let errors = try ["mix", "gaussian", "laplace"].map {
          let rule = "aciq[distribution=\($0)]"
          let found = try RuleProbe.parameters(rule, sample.values, on: grid)
          return sample.squaredError(of: found)
        }
        #expect(errors[0] <= errors[1] && errors[0] <= errors[2])
        if errors[0] < max(errors[1], errors[2]) { choices += 1 }
      }
    }
    // Capped at the extrema, both parts are the same range for some tensors and grids.
    #expect(choices > 10)
  }

  @Test("octav: fixed points of the population")
  func octavFixedPoints() throws {
    let gaussian = QuantileSample.gaussian(400_000)
    let laplace = QuantileSample.laplace(400_000)
    let expectedGaussian = [1.738835, 2.161117, 2.562090, 2.937070, 3.287162]
    let expectedLaplace = [2.032037, 2.767116, 3.559639, 4.388661, 5.242248]
    for (index, bits) in (2...6).enumerated() {
      let normal = try alpha("octav", gaussian, bits: bits)
      let exponential = try alpha("octav", laplace, bits: bits) / 2.0.squareRoot()
      // A sample of 4e5 quantiles lacks the tail beyond 1 / 8e5, which matters more with bits.
      #expect(abs(normal / expectedGaussian[index] - 1) < 1e-3, "\(bits): \(normal)")
      #expect(abs(exponential / expectedLaplace[index] - 1) < 2e-3, "\(bits): \(exponential)")
    }
  }

  @Test("octav-grid: fixed points and costs on the narrow grid")
  func octavGrid() throws {
    let gaussian = QuantileSample.gaussian(100_000)
    let expected = [1.312493, 1.987818, 2.486838, 2.903244, 3.271632]
    for (index, bits) in (2...6).enumerated() {
      let grid = try grid(.symmetricNarrow, bits)
      let found = try RuleProbe.parameters("octav-grid", gaussian, on: grid)
      // As above; 1e5 quantiles end at 4.4 sigma.
      #expect(abs(found.upper / expected[index] - 1) < 1e-3, "\(bits): \(found.upper)")
    }
    let regrets = try [2, 3].map {
      try RuleProbe.regret("octav-grid", gaussian, on: grid(.symmetricNarrow, $0))
    }
    // Population values .0134 and .0016 in their last digit.
    #expect(abs(regrets[0] - 0.0134) < 2e-4 && abs(regrets[1] - 0.0016) < 1e-4, "\(regrets)")
  }

  @Test("octav does not count zeros")
  func octavZeros() throws {
    let values = QuantileSample.laplace(2000)
    let padded = values + [Float](repeating: 0, count: 10_000)
    for grid in [try grid(.symmetricNarrow, 4), try grid(.affineSigned, 4)] {
      let (plain, withZeros) = (
        try RuleProbe.parameters("octav", values, on: grid),
        try RuleProbe.parameters("octav", padded, on: grid)
      )
      #expect(plain == withZeros)
    }
  }

  @Test(
    "sawb: what its fit costs",
    arguments: [
      ("gaussian", 2, 0.0002), ("laplace", 2, 0.0004), ("gaussian", 4, 0.0017),
      ("laplace", 4, 0.0048), ("logistic", 4, 0.008), ("gaussian", 8, 0.017),
      ("logistic", 8, 0.32),
    ])
  func sawb(density: String, bits: Int, expected: Double) throws {
    let values =
      switch density {
      case "gaussian": QuantileSample.gaussian(1_000_000)
      case "laplace": QuantileSample.laplace(1_000_000)
      default: QuantileSample.logistic(1_000_000)
      }
    let regret = try RuleProbe.regret("sawb", values, on: grid(.symmetricNarrow, bits))
    // Two printed digits, and at 8 bits the finite tail of the sample.
    #expect(abs(regret - expected) < 0.0002 + 0.05 * expected, "\(regret)")
  }

  @Test("sawb: coefficients are there or they are not; a negative alpha becomes the maximum")
  func sawbDomain() throws {
    for bits in 2...16 {
      for family in [GridFamily.symmetricNarrow, .symmetricFull, .affineUnsigned] {
        let grid = try grid(family, bits)
        let isKnown = [3, 4, 8, 15, 16, 32, 255, 256].contains(grid.steps + 1)
        let found = try? RuleProbe.parameters("sawb", [-1, 0.5, 0.1, 0.2], on: grid)
        #expect((found != nil) == isKnown, "\(bits) \(family)")
      }
    }
    // All magnitudes alike: sqrt(mean x^2) = mean |x|, and 12.035 - 12.03 is positive, but
    // 31.76 - 35.04 is not.
    let grid = try grid(.symmetricNarrow, 8)
    let found = try RuleProbe.parameters("sawb", [2, -2, 2, 2], on: grid)
    #expect(found == QuantizationParameters(covering: ClippingRange(magnitude: 2), on: grid))
  }

  @Test("lsq-init: 2 mean |x| / sqrt(qmax)")
  func lsq() throws {
    let values = QuantileSample.gaussian(100_000)
    let grid = try grid(.symmetricNarrow, 4)
    let found = try RuleProbe.parameters("lsq-init", values, on: grid)
    // 2 sqrt(2 / pi) / sqrt 7 in population; the sample's mean magnitude is 1e-5 off.
    #expect(abs(Double(found.scale) - 0.603_143) < 2e-5, "\(found.scale)")
    let affine = CodeGrid(.affineSigned, bits: grid.bits)
    #expect(throws: EstimationError.self) {
      try RuleProbe.parameters("lsq-init", values, on: affine)
    }
  }
}
