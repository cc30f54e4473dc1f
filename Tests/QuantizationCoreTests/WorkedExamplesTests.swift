import _TestSupport
import QuantizationCore
import Testing

/// Tutorial examples, recomputed by hand under the lab's rules.
@Suite struct WorkedExamplesTests {
  /// Expected reals are written with six decimals.
  private static let printed = 5.1e-7

  private func expectClose(
    _ found: [Float], _ expected: [Double], location: SourceLocation = #_sourceLocation
  ) {
    let isClose = zip(found, expected).allSatisfy { abs(Double($0) - $1) <= Self.printed }
    #expect(isClose && found.count == expected.count, "\(found)", sourceLocation: location)
  }

  @Test("1: affine int8 over [-2.5, 3.5]")
  func affineInt8() throws {
    let found = QuantizationParameters(
      covering: ClippingRange(-2.5, 3.5), on: try grid(.affineSigned, 8))
    #expect(found.scale == Float(6.0 / 255))
    #expect(found.zeroPoint == -22)
    let values: [Float] = [-2.5, -1, 0, 1, 2, 3.5]
    #expect(values.map(found.code) == [-128, -64, -22, 20, 63, 127])
    expectClose(
      values.map(found.reconstruction), [-2.494118, -0.988235, 0, 0.988235, 2.0, 3.505882])
  }

  @Test("2: affine uint8 of six weights")
  func affineWeights() throws {
    let weights: [Float] = [-1.2, 0, 0.5, 1.75, -0.3, 2.4]
    let found = QuantizationParameters(
      covering: ClippingRange(-1.2, 2.4), on: try grid(.affineUnsigned, 8))
    #expect(found.scale == Float(3.6 / 255))
    #expect(found.zeroPoint == 85)
    #expect(weights.map(found.code) == [0, 85, 120, 209, 64, 255])
    expectClose(
      weights.map(found.reconstruction), [-1.2, 0, 0.494118, 1.750588, -0.296471, 2.4])
  }

  @Test("3: int8 against uint8 on [-1, 1]")
  func signedAndUnsigned() throws {
    let values: [Float] = [-1, -0.5, 0, 0.5, 1]
    let range = ClippingRange(magnitude: 1)
    let narrow = QuantizationParameters(covering: range, on: try grid(.symmetricNarrow, 8))
    #expect(values.map(narrow.code) == [-127, -64, 0, 64, 127])
    let unsigned = QuantizationParameters(covering: range, on: try grid(.affineUnsigned, 8))
    #expect(unsigned.scale == Float(2.0 / 255))
    #expect(unsigned.zeroPoint == 128)
    #expect(values.map(unsigned.code) == [1, 64, 128, 192, 255])
  }

  @Test("4: uint8 over [0, 6], [-10, 30] and [0.2, 0.8]")
  func reluRanges() throws {
    let grid = try grid(.affineUnsigned, 8)
    let relu = QuantizationParameters(covering: ClippingRange(0, 6), on: grid)
    #expect((relu.scale, relu.zeroPoint) == (Float(6.0 / 255), 0))
    #expect(relu.code(of: 3) == 128)
    expectClose([relu.reconstruction(of: 3)], [3.011765])
    let wide = QuantizationParameters(covering: ClippingRange(-10, 30), on: grid)
    #expect((wide.scale, wide.zeroPoint) == (Float(40.0 / 255), 64))
    #expect((wide.code(of: 30), wide.code(of: 0)) == (255, 64))
    let widened = QuantizationParameters(covering: ClippingRange(0.2, 0.8), on: grid)
    #expect((widened.scale, widened.zeroPoint) == (Float(0.8 / 255), 0))
  }

  @Test("5: per-channel weights of a two-layer network with ReLU between")
  func twoLayers() throws {
    let grid = try grid(.symmetricNarrow, 8)
    func reconstructed(_ weights: [Float], scale: Double, codes: [Int]) -> [Double] {
      let magnitude = weights.map { Double(abs($0)) }.max() ?? 0
      let found = QuantizationParameters(covering: ClippingRange(magnitude: magnitude), on: grid)
      // The largest weight is a rounded decimal itself.
      #expect(abs(Double(found.scale) / scale - 1) <= 0x1p-23)
      #expect(weights.map(found.code) == codes)
      return weights.map { Double(found.reconstruction(of: $0)) }
    }
    let first = [
      reconstructed([0.50, 0.20], scale: 0.5 / 127, codes: [127, 51]),
      reconstructed([-0.80, 0.10], scale: 0.8 / 127, codes: [-127, 16]),
    ]
    let second = reconstructed([0.30, -0.75], scale: 0.75 / 127, codes: [51, -127])
    let input = [1.2, -0.7]
    func dot(_ left: [Double], _ right: [Double]) -> Double {
      zip(left, right).map(*).reduce(0, +)
    }
    let hidden = zip(first, [0.1, -0.2]).map { dot($0, input) + $1 }
    // By hand: 0.6 - 0.7*51*0.5/127 + 0.1 and -0.96 - 0.7*16*0.8/127 - 0.2.
    #expect(abs(hidden[0] - 0.559449) <= Self.printed)
    #expect(abs(hidden[1] + 1.230551) <= Self.printed)
    let output = dot(second, hidden.map { max(0, $0) }) + 0.05
    // By hand: 0.559449*51*0.75/127 + 0.05; the float network gives 0.218.
    #expect(abs(output - 0.218495) <= Self.printed)
  }
}
