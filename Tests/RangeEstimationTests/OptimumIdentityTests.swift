import _TestSupport
import Foundation
import QuantizationCore
import RangeEstimation
import ScientificMath
import Testing

/// Facts about the least squared error that hold exactly or in closed form.
@Suite struct OptimumIdentityTests {
  private func best(_ values: [Float], _ grid: CodeGrid) -> QuantizationParameters {
    LeastSquares.solve(SampleStatistics(values), on: grid).parameters
  }

  @Test("uniform data lose 1/(2^b-1)^2 of their variance, at the step 2A/(2^b-1)")
  func uniform() throws {
    let sample = SampleStatistics(
      try Distribution.uniform().quantileSpacedSample(count: 200_000).map { Float($0) })
    for bits in 2...8 {
      let levels = Double((1 << bits) - 1)
      let found = sample.certificate(on: try grid(.symmetricNarrow, bits))
      // A cell holds at least 784 points: the scale is known to a point a cell, and the error of
      // points differs from that of a continuum by the square of one over their number.
      #expect(abs(found.scale * levels / 2 - 1) <= levels / 200_000, "\(bits) bits")
      #expect(abs(found.cost / sample.energy * levels * levels - 1) <= 1e-5, "\(bits) bits")
    }
  }

  @Test("the best ternary step of a Laplace law is sqrt(2) sigma, with the error 1 - 2/e")
  func laplaceTernary() throws {
    let sample = SampleStatistics(
      try Distribution.laplace(scale: 0.5.squareRoot()).quantileSpacedSample(count: 400_000)
        .map { Float($0) })
    let found = sample.certificate(on: try grid(.symmetricNarrow, 2))
    // The spacing leaves out tails of 2e-6 of the mass: some 1e-5 of the second moment. The error
    // is flat at the optimum, so the step is only known to the root of that.
    #expect(abs(found.cost / 4e5 / (1 - 2 / M_E) - 1) <= 1e-4)
    #expect(abs(found.scale / 2.0.squareRoot() - 1) <= 5e-3)
  }

  @Test("a lattice that fits the grid is kept exactly")
  func lattice() throws {
    let found = best((-7...7).map { 0.375 * Float($0) }, try grid(.symmetricNarrow, 4))
    #expect(found.scale == 0.375)
    let affine = best((-3...12).map { 0.375 * Float($0) }, try grid(.affineUnsigned, 4))
    #expect((affine.scale, affine.zeroPoint) == (0.375, 3))
  }

  @Test("two values at steps 2 and -5 are kept exactly at 4 bits")
  func twoValues() throws {
    let values: [Float] = [1, -2.5, 1, 1, -2.5]
    let found = best(values, try grid(.symmetricNarrow, 4))
    #expect(found.scale == 0.5)
    #expect(SampleStatistics(values).squaredError(of: found) == 0)
  }

  @Test(
    "a bit more is never worse, full never worse than narrow, affine than full", arguments: 0..<12)
  func order(shape: Int) throws {
    var samples = try TestSamples(seed: UInt64(40 + shape))
    let sample = SampleStatistics(try samples.shaped(shape, count: 500))
    func cost(_ family: GridFamily, _ bits: Int) throws -> Double {
      sample.certificate(on: try grid(family, bits)).cost
    }
    // Each cost may be 1e-9 above its optimum, and 1e-14 of the energy on top.
    func allowed(_ cost: Double) -> Double { cost * (1 + 1e-9) + 1e-14 * sample.energy }
    for bits in 2...8 {
      for family in GridFamily.integers where bits < 8 {
        #expect(try cost(family, bits + 1) <= allowed(try cost(family, bits)), "\(family) \(bits)")
      }
      let (narrow, full) = (try cost(.symmetricNarrow, bits), try cost(.symmetricFull, bits))
      let affine = try cost(.affineUnsigned, bits)
      #expect(full <= allowed(narrow), "\(bits) bits")
      #expect(affine <= allowed(full), "\(bits) bits")
      #expect(affine == (try cost(.affineSigned, bits)), "\(bits) bits")
    }
  }

  @Test(
    "data times 2^k have the scale times 2^k and the cost times 4^k, exactly", arguments: 0..<12)
  func equivariance(shape: Int) throws {
    var samples = try TestSamples(seed: UInt64(60 + shape))
    let values = try samples.shaped(shape, count: 300)
    for grid in grids(bits: [2, 4, 8]) {
      let found = SampleStatistics(values).certificate(on: grid)
      for power in [-20, 1, 30] {
        let factor = Double(sign: .plus, exponent: power, significand: 1)
        let scaled = SampleStatistics(values.map { $0 * Float(factor) })
        let other = scaled.certificate(on: grid)
        #expect(other.scale == found.scale * factor)
        #expect(other.cost == found.cost * factor * factor)
        #expect(other.codesBelow == found.codesBelow)
      }
    }
  }
}
