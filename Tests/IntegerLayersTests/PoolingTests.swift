import IntegerLayers
import QuantizationCore
import Testing
import _TestSupport

/// Pooling and addition of codes, by hand and against their formulas.
@Suite struct PoolingTests {
  private static func activations(
    _ codes: [Int], _ shape: [Int], _ quantizer: QuantizationParameters
  ) -> IntegerActivations {
    IntegerActivations(
      shape: shape, stored: Samples.stored(codes, isSigned: quantizer.grid.isSigned),
      parameters: quantizer)
  }

  @Test func `windows by hand`() throws {
    let x = Self.activations(
      [1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 1, 3, 3], Samples.quantizer(1, 2, isSigned: false))
    func pooling(_ padding: [Int]) throws -> IntegerPooling {
      IntegerPooling(
        try ConvolutionShape(
          "pool", channels: 1, rows: 3, columns: 3, outputs: 1, kernel: (2, 2), groups: 1,
          padding: padding))
    }
    #expect(try pooling([0, 0, 0, 0]).maximum(x) == [5, 6, 8, 9])
    // Minus the zero point 2 four times.
    #expect(try pooling([0, 0, 0, 0]).sums(x).values == [4, 8, 16, 20])
    #expect(try pooling([0, 0, 0, 0]).sums(x).range == 0...20)
    // Places outside add real zero, and are no maximum.
    #expect(try pooling([1, 1, 0, 0]).sums(x).values == [-1, -1, 1, 1, 4, 8, 7, 16, 20])
    #expect(try pooling([1, 1, 0, 0]).maximum(x) == [1, 2, 3, 4, 5, 6, 7, 8, 9])
    #expect(try pooling([0, 0, 0, 0]).counts == [4])
    #expect(try pooling([1, 1, 0, 0]).counts == [1, 2, 2, 2, 4, 4, 2, 4, 4])
    let signed = Self.activations(
      [-5, -7, -9, -128], [1, 1, 2, 2], Samples.quantizer(1, 0, isSigned: true))
    let all = IntegerPooling(
      try ConvolutionShape(
        "pool", channels: 1, rows: 2, columns: 2, outputs: 1, kernel: (2, 2)))
    #expect(all.maximum(signed) == [123])
    #expect(try all.sums(signed).values == [-149])
  }

  @Test func `a sum has the code of the exact sum`() throws {
    let a = Samples.quantizer(0.031, 100, isSigned: false)
    let b = Samples.quantizer(0.2, -20, isSigned: true)
    let output = Samples.quantizer(0.11, 7, isSigned: true)
    let sum = try IntegerAddition("sum", a, b, to: output)
    let relu = try IntegerAddition("sum", a, b, to: output, bounds: 0 ... .infinity)
    var left: [UInt8] = []
    var right: [UInt8] = []
    var wanted: [Double] = []
    for first in 0...255 {
      for second in -128...127 {
        left.append(UInt8(first))
        right.append(UInt8(second + 128))
        wanted.append(
          (Double(a.scale) * Double(first - 100) + Double(b.scale) * Double(second + 20))
            / Double(output.scale))
      }
    }
    let (found, cut) = (sum.codes(left, right), relu.codes(left, right))
    for (place, real) in wanted.enumerated() {
      let distance = abs(real - real.rounded(.down) - 0.5)
      // Two table entries are each within half of 2^-20 of a step.
      guard distance > 0x1p-20 else { continue }
      let code = min(max(Int(real.rounded()) + 7, -128), 127)
      #expect(Int(found[place]) - 128 == code)
      #expect(Int(cut[place]) - 128 == max(code, 7))
    }
    // Ties go to even: half a step with equal scales of one half.
    let half = Samples.quantizer(0.5, 0, isSigned: false)
    let ties = try IntegerAddition("ties", half, half, to: Samples.quantizer(1, 0, isSigned: false))
    #expect(ties.codes([1, 1, 3, 5], [0, 2, 0, 0]) == [0, 2, 2, 2])
  }
}
