/// Codes of up to 4 bits, packed two to a byte; the first code is in the low bits.
///
/// Each row along the last axis begins with a new byte. If the length of rows is odd, the high bits of
/// the last byte of a row are zero.
package enum PackedCodes {
  /// The shape of the bytes of codes of a shape: the last axis has half the length, rounded up.
  package static func shape(of shape: [Int]) -> [Int] {
    guard let row = shape.last else { return [1] }
    return shape.dropLast() + [(row + 1) / 2]
  }

  /// Packs codes in C order.
  ///
  /// Only the low 4 bits of a code are stored.
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
