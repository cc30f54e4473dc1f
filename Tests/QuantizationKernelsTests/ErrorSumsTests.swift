import Foundation
import QuantizationCore
import QuantizationKernels
import Testing

@Suite struct ErrorSumsTests {
  private func parameters() throws -> QuantizationParameters {
    let grid = CodeGrid(.symmetricFull, bits: try #require(BitWidth(4)))
    return QuantizationParameters(scale: 0.5, grid: grid)
  }

  @Test("four values by hand: error, its split, its largest and its ratio")
  func byHand() throws {
    // Levels -4 to 3.5 in halves. Errors 0, 0.25, 1.5 beyond the end, -2 beyond the end.
    let values: [Float] = [1, 2.25, 5, -6]
    let sums = Kernels.measureError(of: values.span, with: try parameters())
    #expect(sums.mse == (0.0625 + 2.25 + 4) / 4)
    #expect(sums.clippingMSE == 6.25 / 4)
    #expect(sums.roundingMSE == 0.0625 / 4)
    #expect(sums.clippedFraction == 0.5)
    #expect(sums.maximumError == 2)
    // 1 + 5.0625 + 25 + 36, and 1 + 4 + 12.25 + 16 with inner product 1 + 4.5 + 17.5 + 24.
    #expect(sums.sqnrInDecibels == 10 * log10(67.0625 / 6.3125))
    // Square roots and quotient: three roundings.
    #expect(abs(sums.cosine - 47 / (67.0625 * 33.25).squareRoot()) <= 4e-16)
  }

  @Test("without any error the ratio is infinite and the cosine 1")
  func exact() throws {
    let values: [Float] = [1, -2, 3.5]
    let sums = Kernels.measureError(of: values.span, with: try parameters())
    #expect(sums.mse == 0 && sums.sqnrInDecibels == .infinity)
    #expect(abs(sums.cosine - 1) <= 1e-15)
  }

  @Test("the cosine of zeros is 1, of something and nothing 0")
  func zeroVectors() throws {
    let zeros: [Float] = [0, 0]
    #expect(Kernels.measureError(of: zeros.span, with: try parameters()).cosine == 1)
    let small: [Float] = [0.1, -0.1]
    #expect(Kernels.measureError(of: small.span, with: try parameters()).cosine == 0)
  }

  @Test("merging adds, and the largest error is the larger")
  func merging() throws {
    let (first, second): ([Float], [Float]) = ([1, 5], [-6, 2.25])
    var sums = Kernels.measureError(of: first.span, with: try parameters())
    sums.merge(Kernels.measureError(of: second.span, with: try parameters()))
    let both = first + second
    // Few values that are exact in binary: no order can show.
    #expect(sums == Kernels.measureError(of: both.span, with: try parameters()))
    #expect(sums.count == 4 && sums.maximumError == 2)
  }

  @Test("codes are stored in one byte up to 8 bits and two above, signed where codes are")
  func storage() throws {
    func storage(_ family: GridFamily, _ bits: Int) throws -> CodeStorage {
      CodeStorage(for: CodeGrid(family, bits: try #require(BitWidth(bits))))
    }
    #expect(try storage(.symmetricNarrow, 2) == .int8)
    #expect(try storage(.affineSigned, 8) == .int8)
    #expect(try storage(.symmetricUnsigned, 8) == .uint8)
    #expect(try storage(.symmetricFull, 9) == .int16)
    #expect(try storage(.affineUnsigned, 16) == .uint16)
  }
}
