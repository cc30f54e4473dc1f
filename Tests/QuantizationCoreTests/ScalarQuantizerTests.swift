import _TestSupport
import QuantizationCore
import Testing

@Suite struct ScalarQuantizerTests {
  @Test("ties go to the even step before the zero point is added")
  func ties() throws {
    let even = QuantizationParameters(scale: 2, zeroPoint: 4, grid: try grid(.affineUnsigned, 4))
    let odd = QuantizationParameters(scale: 2, zeroPoint: 5, grid: try grid(.affineUnsigned, 4))
    let values: [Float] = [-5, -3, -1, 1, 3, 5]
    // Steps -2.5, -1.5, -0.5, 0.5, 1.5, 2.5.
    #expect(values.map(even.code) == [2, 2, 4, 4, 6, 6])
    #expect(values.map(odd.code) == [3, 3, 5, 5, 7, 7])
  }

  @Test("one unit in the last place beside a tie goes to its own side")
  func besideTies() throws {
    let unit = QuantizationParameters(scale: 1, grid: try grid(.symmetricNarrow, 8))
    #expect(unit.code(of: Float(2.5).nextDown) == 2)
    #expect(unit.code(of: Float(2.5).nextUp) == 3)
    #expect(unit.code(of: Float(3.5).nextDown) == 3)
    #expect(unit.code(of: Float(-2.5).nextDown) == -3)
  }

  @Test("the quotient is a Float32 division, not a product with the inverse")
  func division() throws {
    // 127.5 steps as a product with Float(127), 127.49999 as a quotient of Floats.
    let found = QuantizationParameters(scale: 2.0 / 255, grid: try grid(.affineUnsigned, 8))
    #expect(Float(1) / found.scale < 127.5)
    #expect(found.code(of: 1) == 127)
  }

  @Test("values far outside saturate at the outermost codes")
  func saturation() {
    for grid in everyGrid {
      for zero in [grid.minimumCode, grid.maximumCode] {
        for scale in [1e-38, 0.1, 1e38] {
          let found = QuantizationParameters(scale: scale, zeroPoint: zero, grid: grid)
          let (low, high) = (-Float.greatestFiniteMagnitude, Float.greatestFiniteMagnitude)
          #expect(grid.codes.contains(found.code(of: high)))
          #expect(grid.codes.contains(found.code(of: low)))
          if scale < 1 {
            #expect(found.code(of: high) == grid.maximumCode)
            #expect(found.code(of: low) == grid.minimumCode)
          }
        }
      }
    }
  }

  @Test("both zeros have the code of real zero and come back as +0")
  func signedZero() {
    for grid in everyGrid {
      let found = QuantizationParameters(scale: 0.3, zeroPoint: 1, grid: grid)
      #expect(found.code(of: -0.0) == found.zeroPoint)
      #expect(found.reconstruction(of: -0.0).bitPattern == 0)
      #expect(found.reconstruction(of: -1e-30).bitPattern == 0)
    }
  }

  @Test("every code is the code of its own real")
  func roundTrip() throws {
    for bits in [2, 3, 8, 16] {
      for family in GridFamily.integers {
        let grid = try grid(family, bits)
        let found = QuantizationParameters(
          scale: 0.0371, zeroPoint: grid.minimumCode / 3, grid: grid)
        let isStable = grid.codes.allSatisfy { found.code(of: found.value(of: $0)) == $0 }
        #expect(isStable, "\(grid)")
      }
    }
  }

  @Test("a value is clipped beyond the outermost level, not at it")
  func clipping() throws {
    let found = QuantizationParameters(scale: 0.5, grid: try grid(.symmetricFull, 4))
    #expect(!found.clips(3.5) && found.clips(Float(3.5).nextUp))
    #expect(!found.clips(-4) && found.clips(Float(-4).nextDown))
  }
}
