/// What to do with NaN and infinity in a tensor.
public enum NonFinitePolicy: String, Sendable, CaseIterable {
  /// Refuse the tensor, with their number and the place of the first.
  case error
  /// Deliver them as they are; the consumer drops them.
  case skip
}

/// Counts NaN and infinity over the batches of one tensor.
package struct NonFiniteScan: Sendable {
  /// How many there were so far.
  package private(set) var count = 0
  private var firstIndex = 0

  package init() {}

  /// Examines a batch whose first element has the flat index `start`.
  package mutating func examine(_ values: Span<Float>, startingAt start: Int) {
    values.withUnsafeBufferPointer { values in
      // Adding one to an exponent of ones carries into the sign: one look for all values, which
      // counting them is not.
      var carries: UInt32 = 0
      for value in values { carries |= (value.bitPattern & 0x7F80_0000) &+ 0x0080_0000 }
      guard carries >> 31 != 0 else { return }
      if count == 0, let first = values.firstIndex(where: Self.isNonFinite) {
        firstIndex = start + first
      }
      count += values.count(where: Self.isNonFinite)
    }
  }

  /// Throws when anything was found.
  package func report(name: String) throws(TensorFileError) {
    guard count > 0 else { return }
    throw .nonFinite(name: name, count: count, firstIndex: firstIndex)
  }

  @inline(__always)
  private static func isNonFinite(_ value: Float) -> Bool {
    value.bitPattern & 0x7F80_0000 == 0x7F80_0000
  }
}
