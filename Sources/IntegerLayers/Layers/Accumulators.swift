/// The sums of a layer before they become codes, and the range that they filled.
package struct Accumulators: Sendable {
  /// The sums in the layout of the layer's output.
  package let values: [Int32]
  /// The smallest and the largest of them; 0 belongs to it, as accumulators start there.
  package let range: ClosedRange<Int>

  /// Sums with their range.
  package init(values: [Int32], range: ClosedRange<Int>) {
    (self.values, self.range) = (values, range)
  }
}

/// The bits of a signed integer that holds a range: 8 for -128...127.
///
/// Sums that wrap on their way and end within the range are right, so an accumulator needs no more bits
/// than its last values.
package func accumulatorBits(_ range: ClosedRange<Int>) -> Int {
  let magnitude = max(range.upperBound, ~min(range.lowerBound, 0), 0)
  return 1 + Int.bitWidth - magnitude.leadingZeroBitCount
}
