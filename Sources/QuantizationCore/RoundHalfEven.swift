extension Double {
  /// The nearest integer, ties to even, of a number below 2^51 in magnitude.
  ///
  /// Adding 1.5 * 2^52 leaves no bits for a fraction. `rounded(.toNearestOrEven)` gives the same, by a
  /// call of the mathematics library on processors without an instruction for it.
  @inlinable
  package var roundedHalfEven: Double { (self + 0x1.8p52) - 0x1.8p52 }
}

extension Float {
  /// The nearest integer, ties to even, of a number below 2^22 in magnitude.
  @inlinable
  package var roundedHalfEven: Float { (self + 0x1.8p23) - 0x1.8p23 }
}
