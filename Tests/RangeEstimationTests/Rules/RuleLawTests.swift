import _TestSupport
import Foundation
import QuantizationCore
import RangeEstimation
import Testing

/// What holds for every rule of this kind, whatever the data.
@Suite struct RuleLawTests {
  static let rules = [
    "k-sigma", "moving-average-minmax", "mean-minmax", "aciq[distribution=gaussian]",
    "aciq[distribution=laplace]", "aciq[distribution=mix]", "aciq-grid[distribution=gaussian]",
    "aciq-grid[distribution=laplace]", "aciq-grid[distribution=mix]", "octav", "octav-grid",
    "sawb", "lsq-init", "mse-grid", "gptq-grid", "golden-section", "lp", "ggml-search", "hqq",
    "aimet-sqnr", "aimet-tf-enhanced", "ncnn-kl", "mxnet-kl",
  ]

  /// What a rule's descriptor says that it breaks.
  private func laws(brokenBy rule: String) throws -> Set<EstimatorLaw> {
    let named = try EstimatorRegistry.builtIn.parse(rule)
    return named.estimator.descriptor.breaks
  }

  private func answer(
    _ rule: String, _ values: [Float], _ grid: CodeGrid
  ) throws -> QuantizationParameters? {
    do {
      return try RuleProbe.parameters(rule, values, on: grid)
    } catch EstimationError.notDefined {
      return nil
    }
  }

  @Test("no lane crashes a rule or leaves it without a usable scale", arguments: rules)
  func hardLanes(rule: String) throws {
    let lanes: [[Float]] = [
      [0], [-0.0, 0, 0], [1], [-1], [3, 3, 3, 3], [1e38, -3.4e38, 3e38, 0], [1e-38, -2e-38, 0],
      [.leastNonzeroMagnitude, -.leastNonzeroMagnitude], [.greatestFiniteMagnitude],
      [-.greatestFiniteMagnitude],
      [.leastNormalMagnitude, 1e30], [5, 5.000_001, 4.999_999], [0, 0, 0, 0, 0, 0, 0, 7],
    ]
    let keepsZeros = try !laws(brokenBy: rule).contains(.zeros)
    var answers = 0
    for family in GridFamily.integers {
      for bits in [2, 4, 8, 11, 16] {
        let grid = try grid(family, bits)
        for lane in lanes {
          guard let found = try answer(rule, lane, grid) else { continue }
          answers += 1
          #expect(found.scale.isNormal && found.scale > 0)
          #expect(grid.codes.contains(found.zeroPoint))
          #expect(found.grid == grid)
          if keepsZeros && lane.allSatisfy({ $0 == 0 }) { #expect(found.condition == .degenerate) }
        }
      }
    }
    #expect(answers >= 50)
  }

  @Test("scaling by a power of two scales the answer", arguments: rules)
  func equivariance(rule: String) throws {
    let values = QuantileSample.laplace(300) + [2.5, -7.25, 0, 0, 0]
    // A floor under the scale or a threshold in absolute terms, as some peers have.
    let isEquivariant = try !laws(brokenBy: rule).contains(.scaling)
    var compared = 0
    for family in GridFamily.integers {
      for bits in [3, 4, 8] {
        let grid = try grid(family, bits)
        for power in [0x1p-20, 0x1p20] as [Float] {
          guard let base = try answer(rule, values, grid),
            let scaled = try answer(rule, values.map { $0 * power }, grid)
          else { continue }
          compared += 1
          if !isEquivariant && power < 1 { continue }
          #expect(scaled.scale == base.scale * power, "\(rule) \(grid)")
          #expect(scaled.zeroPoint == base.zeroPoint, "\(rule) \(grid)")
        }
      }
    }
    #expect(compared >= 10)
  }

  @Test("negating the data does not change the scale of the narrow grid", arguments: rules)
  func signSymmetry(rule: String) throws {
    let values = QuantileSample.gaussian(500).map { $0 + 0.2 } + [6, -3, 0, 0]
    let ignoresSign = try !laws(brokenBy: rule).contains(.sign)
    var compared = 0
    for bits in [2, 4, 8, 11] {
      let grid = try grid(.symmetricNarrow, bits)
      guard let base = try answer(rule, values, grid),
        let negated = try answer(rule, values.map { -$0 }, grid)
      else { continue }
      compared += 1
      if !ignoresSign { continue }
      #expect(base.scale == negated.scale, "\(rule) \(bits) bits")
    }
    // hqq has no symmetric grid.
    #expect(compared >= (rule == "hqq" ? 0 : 3))
  }

  @Test("rules that look at batches look at them one by one")
  func batches() throws {
    let grid = try grid(.symmetricNarrow, 8)
    let batches: [[Float]] = [[-2, 1], [-10, 5, 0], [4, -6]]
    let mean = try RuleProbe.parameters("mean-minmax", batches: batches, on: grid)
    #expect(mean.scale == Float(6.0 / 127))
    let moving = try RuleProbe.parameters(
      "moving-average-minmax[c=0.5]", batches: batches, on: grid)
    // -2, then halfway to -10, then halfway to -6.
    #expect(moving.scale == Float(6.0 / 127))
    let quick = try RuleProbe.parameters(
      "moving-average-minmax[c=1]", batches: Array(batches.dropLast()), on: grid)
    #expect(quick.scale == Float(10.0 / 127))
  }

  @Test("k-sigma is mean plus and minus k sigma, inside the extrema")
  func kSigma() throws {
    let grid = try grid(.affineUnsigned, 8)
    // Mean 0, standard deviation 2.
    let values: [Float] = [-2, 2, -2, 2]
    let cut = try RuleProbe.parameters("k-sigma[k=0.5]", values, on: grid)
    #expect(cut == QuantizationParameters(covering: ClippingRange(-1, 1), on: grid))
    let whole = try RuleProbe.parameters("k-sigma[k=3]", values, on: grid)
    #expect(whole == QuantizationParameters(covering: ClippingRange(-2, 2), on: grid))
  }
}
