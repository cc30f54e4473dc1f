import _TestSupport
import QuantizationCore
import Testing

/// What quantization makes of a linear layer: its bytes, its integer arithmetic and its bounds.
@Suite struct LinearLayerTests {
  /// Codes, scales, zero points of affine grids and a Float32 bias, in bytes.
  private func bytes(_ grid: CodeGrid, _ granularity: Granularity) throws -> Int {
    let shape = [5, 10]
    let lanes = try #require(LanePartition(shape: shape, granularity: granularity)).count
    let code = grid.bits.fitsByte ? 1 : 2
    let zeroPoints = grid.family.scheme == .affine ? lanes * code : 0
    return shape.reduce(code, *) + 4 * lanes + zeroPoints + 4 * shape[0]
  }

  @Test("7: a layer of 10 inputs and 5 outputs takes 74, 75, 90 or 95 bytes instead of 220")
  func storage() throws {
    let symmetric = try grid(.symmetricNarrow, 8)
    let affine = try grid(.affineUnsigned, 8)
    #expect(try bytes(symmetric, .tensor) == 74)
    #expect(try bytes(affine, .tensor) == 75)
    #expect(try bytes(symmetric, .channel(axis: 0)) == 90)
    #expect(try bytes(affine, .channel(axis: 0)) == 95)
  }

  @Test("8: integer accumulation with correction terms is the product of the reconstructions")
  func accumulation() throws {
    let grid = try grid(.affineSigned, 8)
    let weights = QuantizationParameters(covering: ClippingRange(-0.7, 1.3), on: grid)
    let inputs = QuantizationParameters(covering: ClippingRange(-2, 5), on: grid)
    let count = 300
    let w = (0..<count).map { weights.code(of: Float($0 * 37 % 101) / 50 - 0.7) }
    let x = (0..<count).map { inputs.code(of: Float($0 * 53 % 97) / 14 - 2) }
    func sum(_ values: [Int]) -> Int { values.reduce(0, +) }
    let accumulated =
      sum(zip(w, x).map { $0 * $1 }) - inputs.zeroPoint * sum(w) - weights.zeroPoint * sum(x)
      + count * weights.zeroPoint * inputs.zeroPoint
    #expect(weights.zeroPoint != 0 && inputs.zeroPoint != 0)
    let scale = Double(weights.scale) * Double(inputs.scale)
    let direct = zip(w, x).reduce(0.0) {
      $0 + Double($1.0 - weights.zeroPoint) * Double($1.1 - inputs.zeroPoint) * scale
    }
    // Each of 300 terms of about 1 is rounded to 2^-53.
    #expect(abs(scale * Double(accumulated) - direct) <= 1e-12)
    #expect(abs(direct) > 1)
  }

  @Test(
    "8: n products of int8 codes fit in 16 + ceil(log2 n) bits and, for powers of two, not fewer")
  func accumulatorWidth() throws {
    let lowest = try grid(.affineSigned, 8).minimumCode
    for terms in 1...2048 {
      let extraBits = terms == 1 ? 0 : Int.bitWidth - (terms - 1).leadingZeroBitCount
      let largest = terms * lowest * lowest
      #expect(largest < 1 << (15 + extraBits))
      if terms & (terms - 1) == 0 { #expect(largest >= 1 << (14 + extraBits)) }
    }
  }

  @Test("9: inside the clipping range the error is at most half a step")
  func halfStep() throws {
    for grid in everyGrid {
      let found = QuantizationParameters(covering: ClippingRange(-1.1, 2.3), on: grid)
      let width = found.upper - found.lower
      // Quotient and product are rounded to 2^-24 of up to as many steps as the grid has.
      let slack = 2 * Double(grid.steps) * 0x1p-24
      for index in 0...500 {
        let value = Float(found.lower + width * Double(index) / 500)
        guard !found.clips(value) else { continue }
        let error = abs(Double(value) - Double(found.reconstruction(of: value)))
        #expect(error <= Double(found.scale) * (0.5 + slack), "\(grid) \(value)")
      }
    }
  }

  @Test("9: uniform data lose 1/(2^b-1)^2 of their variance at the best narrow scale")
  func uniformNoise() throws {
    for bits in 2...8 {
      let grid = try grid(.symmetricNarrow, bits)
      let cells = grid.codes.count
      let values = (0..<cells * 1000).map { Float(2 * $0 + 1) / Float(cells * 1000) - 1 }
      let found = QuantizationParameters(scale: 2 / Double(cells), grid: grid)
      var (error, energy) = (0.0, 0.0)
      for value in values {
        let difference = Double(value - found.reconstruction(of: value))
        error += difference * difference
        energy += Double(value) * Double(value)
      }
      let expected = 1 / Double(cells * cells)
      // 1000 points a cell instead of a continuum: 1e-6; Float32 points: 2^-24 of up to 128 steps.
      #expect(abs(error / energy / expected - 1) <= 5e-6, "\(bits) bits")
    }
  }
}
