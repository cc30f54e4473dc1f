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
    let (found, first) = values.withUnsafeBufferPointer { values in
      var found = 0
      for value in values { found &+= Self.isNonFinite(value) ? 1 : 0 }
      return (found, found > 0 ? values.firstIndex(where: Self.isNonFinite) : nil)
    }
    if count == 0, let first { firstIndex = start + first }
    count += found
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
