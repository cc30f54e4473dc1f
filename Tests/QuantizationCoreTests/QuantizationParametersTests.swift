import _TestSupport
import QuantizationCore
import Testing

@Suite struct QuantizationParametersTests {
  @Test(
    "a scale that is no positive number is degenerate: scale 1, zero at real zero",
    arguments: [0, -1, -Double.infinity, .infinity, .nan])
  func degenerate(scale: Double) {
    for grid in everyGrid {
      let found = QuantizationParameters(scale: scale, zeroPoint: 1, grid: grid)
      #expect(found.condition == .degenerate)
      #expect((found.scale, found.zeroPoint) == (1, grid.restingZeroPoint))
    }
  }

  @Test("the range [0, 0] is degenerate on every grid")
  func zeroRange() {
    for grid in everyGrid {
      let found = QuantizationParameters(covering: ClippingRange(0, 0), on: grid)
      #expect(found.condition == .degenerate)
      #expect(found.reconstruction(of: 0) == 0)
    }
  }

  @Test("a scale below the least normal Float is raised to it and says so")
  func raised() throws {
    let grid = try grid(.symmetricNarrow, 8)
    let least = Double(Float.leastNormalMagnitude)
    for scale in [least * 0.99, 1e-40, 1e-300, Double.leastNonzeroMagnitude] {
      let found = QuantizationParameters(scale: scale, grid: grid)
      #expect((found.scale, found.condition) == (.leastNormalMagnitude, .scaleRaised))
    }
    #expect(QuantizationParameters(scale: least, grid: grid).condition == .ordinary)
  }

  @Test("a scale beyond the greatest Float is lowered and says so")
  func lowered() throws {
    let greatest = Float.greatestFiniteMagnitude
    // With 255 levels on one side none but the first may be so far away.
    let grid = try grid(.affineUnsigned, 8)
    let found = QuantizationParameters(scale: 1e39, grid: grid)
    #expect((found.scale, found.condition) == (greatest, .scaleLowered))
    #expect(QuantizationParameters(scale: Double(greatest), grid: grid).condition == .ordinary)
  }

  @Test("the scale is rounded to the nearest Float")
  func rounding() throws {
    let grid = try grid(.symmetricNarrow, 8)
    let above = 1 + Double(Float.ulpOfOne)
    #expect(QuantizationParameters(scale: 1 + 0.49 * (above - 1), grid: grid).scale == 1)
    #expect(QuantizationParameters(scale: 1 + 0.51 * (above - 1), grid: grid).scale == Float(above))
  }

  @Test("the zero point is clamped to an affine grid and 0 on a symmetric one")
  func zeroPoint() {
    for grid in everyGrid {
      let low = QuantizationParameters(scale: 1, zeroPoint: -100_000, grid: grid).zeroPoint
      let high = QuantizationParameters(scale: 1, zeroPoint: 100_000, grid: grid).zeroPoint
      let isAffine = grid.family.scheme == .affine
      #expect(low == (isAffine ? grid.minimumCode : 0))
      #expect(high == (isAffine ? grid.maximumCode : 0))
    }
  }

  @Test("real zero comes back exactly, on every grid and from every range")
  func exactZero() {
    for grid in everyGrid {
      for (low, high) in [(-1.0, 2.0), (-0.3, 0.1), (0.2, 0.8), (-7.7, -1.1), (-1e-3, 1e30)] {
        let found = QuantizationParameters(covering: ClippingRange(low, high), on: grid)
        #expect(found.code(of: 0) == found.zeroPoint, "\(found)")
        #expect(found.value(of: found.zeroPoint) == 0, "\(found)")
        #expect(grid.codes.contains(found.zeroPoint), "\(found)")
      }
    }
  }

  @Test("the ends are the reals of the outermost codes")
  func ends() throws {
    let found = QuantizationParameters(scale: 0.5, zeroPoint: 3, grid: try grid(.affineUnsigned, 4))
    #expect((found.lower, found.upper) == (-1.5, 6))
  }
}
