import _TestSupport
import QuantizationCore
import Testing

/// One line of the table of code ranges.
struct ExpectedCodes: Sendable {
  let family: GridFamily
  let bits: Int
  let codes: ClosedRange<Int>

  static let table = [
    ExpectedCodes(family: .symmetricNarrow, bits: 2, codes: -1...1),
    ExpectedCodes(family: .symmetricNarrow, bits: 4, codes: -7...7),
    ExpectedCodes(family: .symmetricNarrow, bits: 8, codes: -127...127),
    ExpectedCodes(family: .symmetricNarrow, bits: 9, codes: -255...255),
    ExpectedCodes(family: .symmetricNarrow, bits: 16, codes: -32767...32767),
    ExpectedCodes(family: .symmetricFull, bits: 2, codes: -2...1),
    ExpectedCodes(family: .symmetricFull, bits: 4, codes: -8...7),
    ExpectedCodes(family: .symmetricFull, bits: 8, codes: -128...127),
    ExpectedCodes(family: .symmetricFull, bits: 9, codes: -256...255),
    ExpectedCodes(family: .symmetricFull, bits: 16, codes: -32768...32767),
    ExpectedCodes(family: .symmetricUnsigned, bits: 2, codes: 0...3),
    ExpectedCodes(family: .symmetricUnsigned, bits: 4, codes: 0...15),
    ExpectedCodes(family: .symmetricUnsigned, bits: 8, codes: 0...255),
    ExpectedCodes(family: .symmetricUnsigned, bits: 9, codes: 0...511),
    ExpectedCodes(family: .symmetricUnsigned, bits: 16, codes: 0...65535),
    ExpectedCodes(family: .affineUnsigned, bits: 2, codes: 0...3),
    ExpectedCodes(family: .affineUnsigned, bits: 4, codes: 0...15),
    ExpectedCodes(family: .affineUnsigned, bits: 8, codes: 0...255),
    ExpectedCodes(family: .affineUnsigned, bits: 9, codes: 0...511),
    ExpectedCodes(family: .affineUnsigned, bits: 16, codes: 0...65535),
    ExpectedCodes(family: .affineSigned, bits: 2, codes: -2...1),
    ExpectedCodes(family: .affineSigned, bits: 4, codes: -8...7),
    ExpectedCodes(family: .affineSigned, bits: 8, codes: -128...127),
    ExpectedCodes(family: .affineSigned, bits: 9, codes: -256...255),
    ExpectedCodes(family: .affineSigned, bits: 16, codes: -32768...32767),
  ]
}

@Suite struct CodeGridTests {
  @Test("each family has the codes of its definition", arguments: ExpectedCodes.table)
  func codes(expected: ExpectedCodes) throws {
    let grid = try grid(expected.family, expected.bits)
    #expect(grid.codes == expected.codes)
    #expect(grid.steps == expected.codes.count - 1)
    #expect(grid.isSigned == (expected.codes.lowerBound < 0))
    #expect(grid.bits.fitsByte == (expected.bits <= 8))
  }

  @Test("only the symmetric unsigned grid cannot go below zero")
  func sign() throws {
    let reaching = try GridFamily.integers.filter { try grid($0, 8).reachesBelowZero }
    #expect(reaching == [.symmetricNarrow, .symmetricFull, .affineUnsigned, .affineSigned])
  }

  @Test("without a reason, real zero rests at 0 or, on affine grids, at the lowest code")
  func restingZeroPoint() throws {
    let zeros = try GridFamily.integers.map { try grid($0, 4).restingZeroPoint }
    #expect(zeros == [0, 0, 0, 0, -8])
  }

  @Test("the names of scheme and grid lead back to the family, the first being the default")
  func names() {
    for family in GridFamily.integers {
      #expect(GridFamily(scheme: family.scheme, gridName: family.gridName) == family)
    }
    #expect(GridFamily(scheme: .symmetric) == .symmetricNarrow)
    #expect(GridFamily(scheme: .affine) == .affineUnsigned)
    #expect(GridFamily(scheme: .symmetric, gridName: "signed") == nil)
    #expect(GridFamily(scheme: .affine, gridName: "narrow") == nil)
    #expect(GridFamily(scheme: .affine, gridName: "") == nil)
  }
}

@Suite struct BitWidthTests {
  @Test("2 to 16 bits are allowed and nothing else")
  func allowed() {
    #expect((-1...20).filter { BitWidth($0) != nil } == Array(2...16))
  }

  @Test("narrower widths come first and have half as many levels")
  func order() throws {
    let widths = BitWidth.allowed.reversed().compactMap { BitWidth($0) }.sorted()
    #expect(widths.map(\.count) == Array(2...16))
    for (narrow, wide) in zip(widths, widths.dropFirst()) {
      #expect(2 * narrow.levels == wide.levels)
    }
    #expect(widths.map(\.description).first == "2")
  }
}
