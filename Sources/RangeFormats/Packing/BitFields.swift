/// Codes of 2 to 8 bits in words of 32, without gaps: field `i` begins at bit `i * bits`, counted from the low end
/// of the first word, and may go on in the next word.
struct BitFields {
  /// The bits of a field.
  let bits: Int

  /// The number of words that so many fields take.
  func words(_ count: Int) -> Int { (count * bits + 31) / 32 }

  /// Puts fields into words that are zero.
  ///
  /// - Parameters:
  ///   - fields: The fields, of which the low ``bits`` count.
  ///   - words: The words.
  ///   - first: The index of the first word.
  ///   - step: The distance from one word of these fields to the next.
  func write<Fields: Sequence<UInt8>>(
    _ fields: Fields, into words: inout [Int32], from first: Int, step: Int
  ) {
    let mask = UInt64(1) << bits - 1
    var (pending, filled, place) = (UInt64(0), 0, first)
    for field in fields {
      pending |= (UInt64(field) & mask) << filled
      filled += bits
      if filled >= 32 {
        words[place] = Int32(truncatingIfNeeded: pending)
        (pending, filled, place) = (pending >> 32, filled - 32, place + step)
      }
    }
    if filled > 0 { words[place] = Int32(truncatingIfNeeded: pending) }
  }

  /// Takes a field out of words.
  ///
  /// - Parameters:
  ///   - index: The place of the field.
  ///   - word: The word of an index, counted from that of the first field.
  func read(_ index: Int, _ word: (Int) -> Int) -> Int {
    let (place, shift) = (index * bits / 32, index * bits % 32)
    var value = UInt64(UInt32(truncatingIfNeeded: word(place))) >> shift
    if shift + bits > 32 {
      value |= UInt64(UInt32(truncatingIfNeeded: word(place + 1))) << (32 - shift)
    }
    return Int(value & (UInt64(1) << bits - 1))
  }
}
