import _TestSupport
import Foundation
import QuantizationCore
import RangeFiles
import RangeFormats
import Testing

/// GGUF files that other programs could have made, laid out by hand.
@Suite("Formats of codes: reading GGUF")
struct GGUFReadingTests {
  /// A GGUF file of one tensor, whose data begin at a multiple of the alignment.
  private static func gguf(
    _ type: UInt32, axes: [Int], _ blocks: [UInt8], metadata: [[UInt8]] = [], alignment: Int = 32
  ) -> Data {
    var bytes: [UInt8] = .joined(
      Array("GGUF".utf8), .of(UInt32(3)), .of(UInt64(1)), .of(UInt64(metadata.count)))
    for member in metadata { bytes += member }
    bytes += .joined(.of("w"), .of(UInt32(axes.count)))
    for length in axes { bytes += .of(UInt64(length)) }
    bytes += .joined(.of(type), .of(UInt64(0)))
    bytes += [UInt8](repeating: 0, count: (alignment - bytes.count % alignment) % alignment)
    return Data(bytes + blocks)
  }

  private static func half(_ number: Float) -> [UInt8] { .of(Float16(number).bitPattern) }

  private static func read(_ data: Data) throws -> TensorRange {
    try #require(RangeImport(GGUFRanges()).read(FormatInput(data)).ranges.tensors.first)
  }

  @Test func `a least value of GGUF that is a whole number of steps is a zero point`() throws {
    let codes = [UInt8](repeating: 0x5A, count: 16)
    // real = q * 0.5 - 1.5 = (q - 3) * 0.5, and q * 0.25.
    let blocks = [UInt8].joined(
      Self.half(0.5), Self.half(-1.5), codes, Self.half(0.25), Self.half(0), codes)
    let range = try Self.read(Self.gguf(3, axes: [64], blocks))
    #expect(range.grid == CodeGrid("uint4-affine") && range.shape == [64])
    #expect(range.scales == [0.5, 0.25] && range.zeroPoints == [3, 0])
    // 5 bits reach zero points up to 31.
    let five = [UInt8].joined(Self.half(2), Self.half(-62), [UInt8](repeating: 0, count: 20))
    #expect(try Self.read(Self.gguf(7, axes: [32], five)).zeroPoints == [31])
    // Between two codes, above zero, beyond the codes, and one value only: see UnalignedRangeTests.
    for (scale, least) in [(0.5, -1.25), (0.5, 0.5), (0.5, -8), (0, 1)] as [(Float, Float)] {
      let set = try RangeImport(GGUFRanges()).read(
        FormatInput(Self.gguf(3, axes: [32], .joined(Self.half(scale), Self.half(least), codes)))
      ).ranges
      #expect(set.tensors.isEmpty && set.unaligned.first?.lows == [least])
    }
  }

  @Test func `metadata of every type are passed over, and the alignment is heeded`() throws {
    let sizes: [(UInt32, Int)] = [
      (0, 1), (1, 1), (2, 2), (3, 2), (4, 4), (5, 4), (6, 4), (7, 1), (10, 8), (11, 8), (12, 8),
    ]
    var metadata = sizes.map { type, size -> [UInt8] in
      .joined(.of("k\(type)"), .of(type), [UInt8](repeating: 1, count: size))
    }
    metadata.append(.joined(.of("text"), .of(UInt32(8)), .of("two words")))
    metadata.append(
      .joined(.of("list"), .of(UInt32(9)), .of(UInt32(8)), .of(UInt64(2)), .of("a"), .of("bc")))
    metadata.append(
      .joined(
        .of("numbers"), .of(UInt32(9)), .of(UInt32(3)), .of(UInt64(3)), .of(UInt32(0)), [0, 0]))
    metadata.append(.joined(.of("general.alignment"), .of(UInt32(4)), .of(UInt32(256))))
    let block = Self.half(0.125) + [UInt8](repeating: 0, count: 32)
    let data = Self.gguf(8, axes: [32], block, metadata: metadata, alignment: 256)
    #expect(try Self.read(data).scales == [0.125])
    #expect(throws: FormatFault.self) {
      try Self.read(Self.gguf(8, axes: [32], block, metadata: metadata, alignment: 32))
    }
  }

  @Test func `scales that are no numbers are refused with their place`() throws {
    let codes = [UInt8](repeating: 0, count: 32)
    let fault = #expect(throws: FormatFault.self) {
      try Self.read(
        Self.gguf(8, axes: [32, 2], .joined(Self.half(1), codes, Self.half(.infinity), codes)))
    }
    #expect(
      fault?.description
        == "'w': the scale of lane 1 is inf; expected a normal Float32 above zero")
  }
}
