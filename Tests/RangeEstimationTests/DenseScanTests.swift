import _TestSupport
import QuantizationCore
import RangeEstimation
import Testing

/// Brute force on whole tensors: two thousand quantizers for each, on the shared kernel.
@Suite struct DenseScanTests {
  private static let tensors = [
    "bimodal_1e4", "const_neg_1e3", "gauss_1e3", "gauss_1e5", "growing_16k", "huge_1e3",
    "huge_outlier_1e4", "intgrid_1e4", "laplace_1e5", "lognormal_5e4", "mix_outliers_1e5",
    "neg_only_1e4", "pos_shift_1e4", "ramp_1e4", "relu_gauss_1e5", "shrinking_16k", "single_neg",
    "small_1e3", "sparse95_5e4", "student3_1e5", "tiny_1e3", "two_values_1e3", "uniform_1e4",
    "w_64x256", "w_edge_16x144", "zeros_1e3",
  ]

  @Test(
    "no scale of a dense scan beats the least-squares quantizer",
    arguments: tensors + GoldenTensor.real)
  func scan(tensor: String) throws {
    let sample = try GoldenTensor.sample(tensor)
    for grid in grids(bits: [2, 4, 8]) {
      let found = LeastSquares.solve(sample, on: grid).parameters
      let cost = sample.squaredError(of: found)
      let best = candidates(sample, grid, found).map { sample.squaredError(of: $0) }.min() ?? cost
      // The kernel is right to 1e-6; Float32 reconstructions move each error by up to 2^-24 of the
      // value, which adds 2^-24 of the energy's root to the root of the sum.
      let slack = (sample.energy.squareRoot() * 0x1p-24)
      let allowed = best.squareRoot() * (1 + 5e-7) + slack
      #expect(cost.squareRoot() <= allowed, "\(tensor) \(grid.family) \(grid.bits) bits")
    }
  }

  /// Scales up to a quarter above min-max; on affine grids fewer, with five zero points each.
  private func candidates(
    _ sample: SampleStatistics, _ grid: CodeGrid, _ found: QuantizationParameters
  ) -> [QuantizationParameters] {
    let covering = QuantizationParameters(covering: sample.range, on: grid)
    let isAffine = grid.family.scheme == .affine
    let zeros =
      isAffine
      ? [
        covering.zeroPoint, found.zeroPoint - 1, found.zeroPoint, found.zeroPoint + 1,
        (grid.minimumCode + grid.maximumCode) / 2,
      ] : [0]
    let scales = isAffine ? 400 : 2000
    let widest = 1.25 * Double(covering.scale)
    return (1...scales).flatMap { index in
      zeros.map {
        QuantizationParameters(
          scale: widest * Double(index) / Double(scales), zeroPoint: $0, grid: grid)
      }
    }
  }
}
