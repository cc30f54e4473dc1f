/// The unsigned integer in `count` bytes from `offset` on, least significant first.
///
/// - Precondition: the bytes exist and are at most eight.
package func littleEndian(_ bytes: [UInt8], at offset: Int, count: Int) -> UInt64 {
  precondition(count <= 8)
  var value: UInt64 = 0
  for index in (offset..<offset + count).reversed() {
    value = value << 8 | UInt64(bytes[index])
  }
  return value
}
