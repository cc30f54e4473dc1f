/// Two codes of up to 4 bits in a byte, the first in the low bits.
///
/// A row along the last axis begins with a byte of its own; where its length is odd, the last high
/// bits are zero.
package enum PackedCodes {
  /// The shape of the bytes.
  package static func shape(of shape: [Int]) -> [Int] {
    guard let row = shape.last else { return [1] }
    return shape.dropLast() + [(row + 1) / 2]
  }

  /// The bytes of codes in C order; of a code only the low 4 bits are stored.
  package static func bytes<Code: FixedWidthInteger>(of codes: [Code], shape: [Int]) -> [UInt8] {
    let row = shape.last ?? 1
    var bytes: [UInt8] = []
    bytes.reserveCapacity(codes.count / 2 + codes.count / max(1, row))
    for start in stride(from: 0, to: codes.count, by: max(1, row)) {
      for place in stride(from: start, to: start + row, by: 2) {
        let low = UInt8(truncatingIfNeeded: codes[place]) & 0xF
        let high = place + 1 < start + row ? UInt8(truncatingIfNeeded: codes[place + 1]) << 4 : 0
        bytes.append(low | high)
      }
    }
    return bytes
  }
}
