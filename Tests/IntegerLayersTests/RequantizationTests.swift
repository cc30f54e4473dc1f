import Foundation
import IntegerLayers
import QuantizationCore
import Testing
import _TestSupport

/// Accumulators to codes, in Float and by 31 bits.
@Suite struct RequantizationTests {
  @Test func `the nearest code, ties to even, saturated`() throws {
    let output = Samples.quantizer(1, 100, isSigned: false)
    let half = try Requantizer("half", input: 0.5, weights: [1], to: output)
    let sums: [Int32] = [0, 1, 2, 3, -1, -3, 309, 310, 311, 5000, -200, -201, -5000]
    #expect(
      half.codes(sums.span, inner: 1) == [100, 100, 101, 102, 100, 98, 254, 255, 255, 255, 0, 0, 0])
    // A Relu ends where real zero is, a Clip at 6 where 6 is.
    let relu = try Requantizer(
      "relu", input: 0.5, weights: [1], to: output, bounds: 0 ... .infinity)
    #expect(relu.codes([-50, -1, 8].span, inner: 1) == [100, 100, 104])
    let clip = try Requantizer("clip", input: 0.5, weights: [1], to: output, bounds: 0...6)
    #expect(clip.codes([-50, 8, 13, 500].span, inner: 1) == [100, 104, 106, 106])
  }

  @Test(arguments: RequantizationRounding.allCases)
  func `channels lie along the last axis or in front of places`(
    rounding: RequantizationRounding
  ) throws {
    let output = Samples.quantizer(1, 0, isSigned: true)
    let two = try Requantizer("two", input: 1, weights: [1, 0.5], to: output, rounding: rounding)
    #expect(two.codes([10, 10, -20, -20].span, inner: 1) == [138, 133, 108, 118])
    #expect(two.codes([10, 10, -20, -20].span, inner: 2) == [138, 138, 118, 118])
  }

  @Test func `the loops equal the formula`() throws {
    var numbers = SplitMix(seed: 3)
    for isSigned in [false, true] {
      let output = Samples.quantizer(0.37, isSigned ? -3 : 77, isSigned: isSigned)
      let weights: [Float] = [0.013, 0.0021, 0.7]
      let fast = try Requantizer("fast", input: 0.11, weights: weights, to: output)
      let sums = (0..<999).map { place in
        Int32.random(in: -100_000_000...100_000_000, using: &numbers) >> Int32(place % 20)
      }
      let codes = fast.codes(sums.span, inner: 1)
      for (place, sum) in sums.enumerated() {
        let wanted = ReferenceLayers.requantized(
          sum, multiplier: fast.multipliers[place % 3], to: output)
        #expect(Int(codes[place]) == wanted + (isSigned ? 128 : 0))
      }
    }
  }

  @Test func `a multiplier is 31 bits and a shift`() {
    let half = FixedPointMultiplier(0.5)
    #expect(half.mantissa == 1 << 30 && half.shift == 0)
    let third = FixedPointMultiplier(1.0 / 3)
    #expect(third.mantissa == 1_431_655_765 && third.shift == -1)
    let three = FixedPointMultiplier(3)
    #expect(three.mantissa == 3 << 29 && three.shift == 2)
    #expect(FixedPointMultiplier(0).mantissa == 0)
    // 1 - 2^-33 rounds up to 2^31, which is 2^30 with a shift more.
    let one = FixedPointMultiplier(1 - 0x1p-33)
    #expect(one.mantissa == 1 << 30 && one.shift == 1)
    // Halves of the high half go up.
    #expect([3, 5, -3, -5, 4].map { half($0) } == [2, 3, -1, -2, 2])
    // Two roundings: 1/3 is first 2/3 of a half, rounded to one half, and then that away from zero.
    #expect([1, 2, 3, -1, -2, 4].map { third($0) } == [1, 1, 1, -1, -1, 2])
    #expect(three(7) == 21 && three(-7) == -21)
    // The shift to the left saturates: far beyond any code, with the right sign.
    #expect(three(.max) > 1 << 30 && three(.min) < -(1 << 30))
  }

  @Test func `fixed point is at most one step from the exact product`() {
    var numbers = SplitMix(seed: 8)
    for _ in 0..<20_000 {
      let value = pow(2, Double.random(in: -20...1, using: &numbers))
      let wide = Int32.random(in: -(1 << 29)...1 << 29, using: &numbers)
      let sum = wide >> Int32.random(in: 0...20, using: &numbers)
      let multiplier = FixedPointMultiplier(value)
      // The mantissa is within 2^-31 of the number, as a share of it.
      #expect(abs(multiplier.value / value - 1) <= 0x1p-31)
      let exact = Double(sum) * multiplier.value
      // Half a step from the high half and half a step from the shift.
      #expect(abs(Double(multiplier(sum)) - exact) <= 1, "\(value) \(sum)")
    }
  }

  @Test func `codes beyond a byte are refused`() {
    let wide = QuantizationParameters(
      scale: 1, zeroPoint: 0, grid: CodeGrid(.affineUnsigned, bits: BitWidth(16)!))
    #expect(throws: IntegerError.self) { try Requantizer("w", input: 1, weights: [1], to: wide) }
    #expect(throws: IntegerError.self) {
      try Requantizer(
        "w", input: 3e38, weights: [3e38], to: Samples.quantizer(1, 0, isSigned: true))
    }
  }

  @Test func `values are quantized as ONNX does it`() {
    let signed = Samples.quantizer(0.5, -10, isSigned: true)
    let codes = IntegerActivations(
      [0, 0.25, 0.75, -0.25, 1000, -1000, .nan, .infinity].span, shape: [8], parameters: signed)
    // Ties to even: 0.5 steps are 0, 1.5 are 2. Stored codes are 128 more.
    #expect(codes.stored == [118, 118, 120, 118, 255, 0, 0, 255])
    #expect(codes.values == [0, 0, 1, 0, 68.5, -59, -59, 68.5])
  }
}
