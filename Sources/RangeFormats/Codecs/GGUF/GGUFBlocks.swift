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
    var data = Data(capacity: layout.rows * layout.groups * type.bytes)
    for row in 0..<layout.rows {
      for group in 0..<layout.groups {
        let lane = layout.lane(row: row, group: group)
        let place = row * layout.groups + group
        let isMirrored = range.zeroPoints[lane] != 0
        let isEmpty =
          weight.zeroGroups.contains(place) && range.scales[lane] == 1 && !isMirrored
        let half = isEmpty ? 0 : HalfScales.bits(range.scales[lane]) | (isMirrored ? 0x8000 : 0)
        data.append(UInt8(truncatingIfNeeded: half))
        data.append(UInt8(truncatingIfNeeded: half >> 8))
        let start = place * values
        let most = UInt8(truncatingIfNeeded: range.grid.bits.levels - 1)
        let codes = weight.codes[start..<start + values].map { isMirrored ? most - $0 : $0 }
        append(codes, range.grid.bits.count, to: &data)
      }
    }
    return data
  }

  /// - Parameter codes: Codes from 0 on.
  private static func append(_ codes: [UInt8], _ bits: Int, to data: inout Data) {
    guard bits < 8 else {
      data.append(contentsOf: codes.map { $0 &- 128 })
      return
    }
    if bits == 5 {
      let fifth = codes.enumerated().reduce(UInt32(0)) { $0 | UInt32($1.1 >> 4) << UInt32($1.0) }
      withUnsafeBytes(of: fifth.littleEndian) { data.append(contentsOf: $0) }
    }
    let half = values / 2
    data.append(contentsOf: (0..<half).map { codes[$0] & 15 | (codes[$0 + half] & 15) << 4 })
  }

  /// What the blocks of a tensor say, block by block.
  struct Read {
    /// The scales; 1 for those that are 0.
    var scales: [Float] = []
    /// The zero points.
    var zeroPoints: [Int] = []
    /// The first block whose zero lies between two codes; nothing where there is none.
    var unalignedBlock: Int?
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
        read.scales.append(scale == 0 ? 1 : scale)
        // Products of halves and small integers are exact in Float32.
        let zeroPoint = minimum == 0 ? 0 : Int(exactly: -minimum / scale) ?? -1
        let isAligned =
          minimum == 0
          || (0..<1 << integers.bits).contains(zeroPoint)
            && Float(zeroPoint) * scale == -minimum
        if !isAligned { read.unalignedBlock = read.unalignedBlock ?? block }
        read.zeroPoints.append(isAligned ? zeroPoint : 0)
      }
    }
    return read
  }
}
