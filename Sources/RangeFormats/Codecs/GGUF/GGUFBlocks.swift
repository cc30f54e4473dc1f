internal import Foundation
internal import QuantizationCore
internal import RangeFiles
internal import TensorIO

/// The blocks of 32 values of GGUF files: a scale of 16 bits, for some types a least value, and the codes.
///
/// | type | bytes | real |
/// |---|---|---|
/// | Q8_0 | d, 32 codes | q * d |
/// | Q4_0 | d, 16 times the codes j and j + 16 | (q - 8) * d |
/// | Q5_0 | d, 32 fifth bits, as Q4_0 | (q - 16) * d |
/// | Q4_1, Q5_1 | d, m, as Q4_0 and Q5_0 | q * d + m |
enum GGUFBlocks {
  /// The number of values of a block.
  static let values = 32

  /// The blocks of a weight.
  ///
  /// A scale below zero, for codes counted from the other end, is written where the zero point is -1. A block
  /// of zeros with the scale 1, which stands for no scale, gets 0, as other tools have it.
  static func data(
    _ range: TensorRange, _ weight: WeightCodes, _ layout: MatrixLayout, _ type: GGUFType
  ) -> Data {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(layout.rows * layout.groups * type.bytes)
    // Counting codes from the other end flips all their bits.
    let all = UInt8(truncatingIfNeeded: range.grid.bits.levels - 1)
    for row in 0..<layout.rows {
      for group in 0..<layout.groups {
        let lane = layout.lane(row: row, group: group)
        let place = row * layout.groups + group
        let isMirrored = range.zeroPoints[lane] != 0
        let isEmpty =
          weight.zeroGroups.contains(place) && range.scales[lane] == 1 && !isMirrored
        let half = isEmpty ? 0 : HalfScales.bits(range.scales[lane]) | (isMirrored ? 0x8000 : 0)
        bytes.append(UInt8(truncatingIfNeeded: half))
        bytes.append(UInt8(truncatingIfNeeded: half >> 8))
        append(
          weight.codes, from: place * values, flipping: isMirrored ? all : 0,
          bits: range.grid.bits.count, to: &bytes)
      }
    }
    return Data(bytes)
  }

  /// Adds the codes of a block.
  ///
  /// - Parameters:
  ///   - codes: Codes from 0 on.
  ///   - start: The place of the first.
  ///   - flips: The bits that are flipped.
  private static func append(
    _ codes: [UInt8], from start: Int, flipping flips: UInt8, bits: Int, to bytes: inout [UInt8]
  ) {
    guard bits < 8 else {
      for place in start..<start + values { bytes.append((codes[place] ^ flips) &- 128) }
      return
    }
    if bits == 5 {
      for first in stride(from: start, to: start + values, by: 8) {
        var fifth: UInt8 = 0
        for bit in 0..<8 { fifth |= ((codes[first + bit] ^ flips) >> 4) << UInt8(bit) }
        bytes.append(fifth)
      }
    }
    let half = values / 2
    for place in start..<start + half {
      bytes.append((codes[place] ^ flips) & 15 | ((codes[place + half] ^ flips) & 15) << 4)
    }
  }

  /// What the blocks of a tensor say, block by block.
  struct Read {
    /// The scales; 1 for those that are 0, or the least one where a block has a least value.
    var scales: [Float] = []
    /// The zero points.
    var zeroPoints: [Int] = []
    /// What the code 0 of each block stands for; empty for types without a least value.
    var lows: [Float] = []
    /// Whether zero is one of the codes of every block.
    var isAligned = true
  }

  /// Reads scales, and zero points where blocks have a least value.
  ///
  /// - Complexity: O(blocks).
  static func read(_ entry: GGUFHeader.Entry, _ integers: GGUFType.Integers, _ data: Data) -> Read {
    var read = Read()
    read.scales.reserveCapacity(entry.blocks)
    read.zeroPoints.reserveCapacity(entry.blocks)
    data.withUnsafeBytes { bytes in
      for block in 0..<entry.blocks {
        let offset = entry.offset + block * entry.type.bytes
        func half(_ offset: Int) -> Float {
          widened(
            half: UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
          )
        }
        let scale = half(offset)
        let minimum = integers.hasMinimum ? half(offset + 2) : 0
        // A block with one value only has the least step there is.
        read.scales.append(scale == 0 ? (minimum == 0 ? 1 : .leastNormalMagnitude) : scale)
        // Products of halves and small integers are exact in Float32.
        let zeroPoint = minimum == 0 ? 0 : Int(exactly: -minimum / scale) ?? -1
        let isAligned =
          minimum == 0
          || (0..<1 << integers.bits).contains(zeroPoint)
            && Float(zeroPoint) * scale == -minimum
        read.isAligned = read.isAligned && isAligned
        read.zeroPoints.append(isAligned ? zeroPoint : 0)
        if integers.hasMinimum { read.lows.append(minimum) }
      }
    }
    return read
  }
}

extension GGUFBlocks.Read {
  /// The least code and the step of each block of a type with a least value, where zero may be anywhere.
  ///
  /// A scale below zero counts codes from the other end.
  func steps(bits: Int) -> (scales: [Float], lows: [Float]) {
    let top = Float((1 << bits) - 1)
    return (
      scales.map(\.magnitude),
      zip(scales, lows).map { $0 < 0 ? $1 + top * $0 : $1 }
    )
  }
}
