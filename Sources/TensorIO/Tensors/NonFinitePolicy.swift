/// The treatment of NaN and infinity in a tensor.
public enum NonFinitePolicy: String, Sendable, CaseIterable {
  /// The tensor is refused. The error tells their number and the index of the first.
  case error
  /// They are delivered like other values, and the consumer drops them.
  case skip
}

/// Counts NaN and infinity over the batches of one tensor.
package struct NonFiniteScan: Sendable {
  /// The number of them so far.
  package private(set) var count = 0
  private var firstIndex = 0

  package init() {}

  /// Examines a batch whose first element has the flat index `start`.
  package mutating func examine(_ values: Span<Float>, startingAt start: Int) {
    values.withUnsafeBufferPointer { values in
      // Adding one to an exponent of ones carries into the sign bit. The loop collects these bits
      // for all values, which is faster than counting.
      var carries: UInt32 = 0
      for value in values { carries |= (value.bitPattern & 0x7F80_0000) &+ 0x0080_0000 }
      guard carries >> 31 != 0 else { return }
      if count == 0, let first = values.firstIndex(where: Self.isNonFinite) {
        firstIndex = start + first
      }
      count += values.count(where: Self.isNonFinite)
    }
  }

  /// Throws if there were any.
  package func report(name: String) throws(TensorFileError) {
    guard count > 0 else { return }
    throw .nonFinite(name: name, count: count, firstIndex: firstIndex)
  }

  @inline(__always)
  private static func isNonFinite(_ value: Float) -> Bool {
    value.bitPattern & 0x7F80_0000 == 0x7F80_0000
  }
}
