import _TestSupport
import QuantizationCore
import Testing

@Suite struct CoveringRangeTests {
  @Test("the narrow grid divides the larger magnitude by its largest code")
  func narrow() throws {
    let parameters = QuantizationParameters(
      covering: ClippingRange(-5, 3.5), on: try grid(.symmetricNarrow, 4))
    #expect(parameters.scale == Float(5.0 / 7))
    #expect(parameters.zeroPoint == 0)
  }

  @Test("the full grid takes the side that needs the larger scale")
  func full() throws {
    let grid = try grid(.symmetricFull, 4)
    #expect(QuantizationParameters(covering: ClippingRange(-8, 3.5), on: grid).scale == 1)
    #expect(QuantizationParameters(covering: ClippingRange(-1, 3.5), on: grid).scale == 0.5)
    #expect(QuantizationParameters(covering: ClippingRange(-8, 7.7), on: grid).scale == 1.1)
  }

  @Test("the symmetric unsigned grid covers what is above zero and clips the rest")
  func unsigned() throws {
    let grid = try grid(.symmetricUnsigned, 4)
    let parameters = QuantizationParameters(covering: ClippingRange(-100, 3), on: grid)
    #expect(parameters.scale == 0.2)
    #expect(parameters.lower == 0)
    let below = QuantizationParameters(covering: ClippingRange(-100, -1), on: grid)
    #expect(below.condition == .degenerate)
  }

  @Test("affine grids divide the width by the steps and put zero at the nearest code")
  func affine() throws {
    let unsigned = QuantizationParameters(
      covering: ClippingRange(-1, 2), on: try grid(.affineUnsigned, 4))
    #expect((unsigned.scale, unsigned.zeroPoint) == (0.2, 5))
    let signed = QuantizationParameters(
      covering: ClippingRange(-1, 2), on: try grid(.affineSigned, 4))
    #expect((signed.scale, signed.zeroPoint) == (0.2, -3))
  }

  @Test("a zero point half way between two codes goes to the even one")
  func halfToEven() throws {
    let grid = try grid(.affineUnsigned, 2)
    // Scale 1: real zero would sit at 0.5, 1.5 and 2.5.
    let zeros = [0.5, 1.5, 2.5].map {
      QuantizationParameters(covering: ClippingRange(-$0, 3 - $0), on: grid).zeroPoint
    }
    #expect(zeros == [0, 2, 2])
    let signed = try CodeGrid(.affineSigned, bits: #require(BitWidth(2)))
    let signedZeros = [0.5, 1.5, 2.5].map {
      QuantizationParameters(covering: ClippingRange(-$0, 3 - $0), on: signed).zeroPoint
    }
    #expect(signedZeros == [-2, 0, 0])
  }

  @Test("a range is widened to contain zero, whichever way round its ends are given")
  func widening() {
    #expect(ClippingRange(0.2, 0.8) == ClippingRange(0, 0.8))
    #expect(ClippingRange(-3, -1) == ClippingRange(-3, 0))
    #expect(ClippingRange(2, -1) == ClippingRange(-1, 2))
    #expect(ClippingRange(magnitude: 2) == ClippingRange(-2, 2))
    #expect(ClippingRange(magnitude: -2) == ClippingRange(-2, 2))
  }

  @Test("the clipping range contains the wanted range up to the rounding of the scale")
  func contains() {
    let ranges = [(-1.0, 2.0), (-3.3, 0.7), (0.0, 5.1), (-0.01, 17), (-9.9, 0)]
    for grid in everyGrid {
      for (low, high) in ranges {
        let found = QuantizationParameters(covering: ClippingRange(low, high), on: grid)
        guard found.condition == .ordinary else { continue }
        let scale = Double(found.scale)
        // Rounding the scale to Float32 moves an end by 2^-24 of it; an affine zero point on an
        // integer moves it by up to half a step more.
        let slack = max(-low, high) * 0x1p-23 + (grid.family.scheme == .affine ? scale / 2 : 0)
        #expect(found.upper >= high - slack, "\(grid)")
        #expect(found.lower <= low + slack || !grid.reachesBelowZero, "\(grid)")
        // No smaller scale would do: at least one end is met, not passed by.
        let isTight = abs(found.upper - high) <= slack || abs(found.lower - low) <= slack
        #expect(isTight, "\(grid) \(low)...\(high)")
      }
    }
  }
}
