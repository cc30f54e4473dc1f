extension ElementLayout {
  /// Whether the elements are float32 of either byte order.
  ///
  /// These are read into the batch itself; others need a second buffer.
  package var isFloat32: Bool { type == .float32 }

  /// Converts float32 from the byte order of the file to that of this machine.
  package func decodeInPlace(_ values: UnsafeMutableBufferPointer<Float>) {
    guard isBigEndian else { return }
    for index in values.indices {
      values[index] = Float(bitPattern: values[index].bitPattern.byteSwapped)
    }
  }

  /// Decodes `values.count` elements.
  ///
  /// The bytes must be aligned for their type of element. Returns the first finite float64 that is
  /// out of the range of float32, with its index in this batch.
  package func decode(
    _ bytes: UnsafeRawBufferPointer, into values: UnsafeMutableBufferPointer<Float>
  ) -> (index: Int, value: Double)? {
    switch type {
    case .float8E4M3:
      for (index, byte) in zip(values.indices, bytes) { values[index] = e4m3Values[Int(byte)] }
    case .float8E5M2:
      for (index, byte) in zip(values.indices, bytes) {
        values[index] = widened(half: UInt16(byte) << 8)
      }
    case .float16:
      let halves = bytes.assumingMemoryBound(to: UInt16.self)
      if isBigEndian {
        for index in values.indices { values[index] = widened(half: halves[index].byteSwapped) }
      } else {
        for index in values.indices { values[index] = widened(half: halves[index]) }
      }
    case .bfloat16:
      let halves = bytes.assumingMemoryBound(to: UInt16.self)
      for index in values.indices {
        let upper = isBigEndian ? halves[index].byteSwapped : halves[index]
        values[index] = Float(bitPattern: UInt32(upper) << 16)
      }
    case .float32:
      let words = bytes.assumingMemoryBound(to: UInt32.self)
      for index in values.indices {
        values[index] = Float(bitPattern: isBigEndian ? words[index].byteSwapped : words[index])
      }
    case .float64:
      return decodeDoubles(bytes.assumingMemoryBound(to: UInt64.self), into: values)
    }
    return nil
  }

  private func decodeDoubles(
    _ words: UnsafeBufferPointer<UInt64>, into values: UnsafeMutableBufferPointer<Float>
  ) -> (index: Int, value: Double)? {
    // The loop only counts, so that it has no branches. A second loop searches if the count is not
    // zero.
    var overflows = 0
    for index in values.indices {
      let word = isBigEndian ? words[index].byteSwapped : words[index]
      let value = Double(bitPattern: word)
      let rounded = Float(value)
      values[index] = rounded
      overflows &+= overflowed(value, rounded) ? 1 : 0
    }
    guard overflows > 0 else { return nil }
    for index in values.indices {
      let value = Double(bitPattern: isBigEndian ? words[index].byteSwapped : words[index])
      if overflowed(value, values[index]) { return (index, value) }
    }
    return nil
  }

  @inline(__always)
  private func overflowed(_ value: Double, _ rounded: Float) -> Bool {
    rounded.isInfinite && value.isFinite
  }
}

/// The value of an IEEE 754 binary16.
///
/// The baseline instruction set does not support `Float16`, so it would need a library call for each
/// element. Instead, the bits are shifted to their places in a float. Then the exponent is too small by
/// 112, and a multiplication by 2^112 corrects it exactly, for subnormals too.
@inline(__always)
package func widened(half: UInt16) -> Float {
  let magnitude = UInt32(half & 0x7FFF) << 13
  let sign = UInt32(half & 0x8000) << 16
  let scaled = (Float(bitPattern: magnitude) * 0x1p112).bitPattern
  // Infinities and NaNs have all exponent bits of the half set, and need all those of the float set.
  let exponent: UInt32 = magnitude >= 0x0F80_0000 ? 0x7F80_0000 : 0
  return Float(bitPattern: scaled | exponent | sign)
}

/// The value of each byte in E4M3 without infinities: a sign, four bits of exponent with a bias of
/// 7, and three bits of mantissa.
///
/// If all bits but the sign are ones, the value is NaN. Other values with an exponent of ones are
/// ordinary numbers.
package let e4m3Values: [Float] = (UInt8.min ... .max).map { byte in
  let exponent = Int(byte >> 3 & 0xF)
  let mantissa = Float(byte & 7)
  let magnitude: Float =
    switch (exponent, mantissa) {
    case (15, 7): .nan
    case (0, _): mantissa * 0x1p-9
    default: Float(sign: .plus, exponent: exponent - 10, significand: 8 + mantissa)
    }
  return byte < 0x80 ? magnitude : -magnitude
}
