internal import CQuantizationKernels

/// A set of keys of a moment table.
///
/// A key is in the set or not for both signs.
package struct MarkedCells: Sendable {
  private var marks = [UInt64](repeating: 0, count: MomentCells.count / 2 / 64)

  /// Creates an empty set.
  package init() {}

  /// Adds a range of keys.
  package mutating func mark(_ keys: ClosedRange<Int>) {
    for key in keys { marks[key >> 6] |= 1 << UInt64(key & 63) }
  }

  /// Whether a key is in the set.
  @inline(__always)
  package func contains(_ key: Int) -> Bool { marks[key >> 6] >> UInt64(key & 63) & 1 == 1 }

  /// Picks the values whose bins have a key of the set, in their order.
  ///
  /// - Parameters:
  ///   - values: Finite values.
  ///   - count: The number of values to pick, which the bins of the table tell.
  /// - Complexity: O(values), about a nanosecond for each.
  package func values(among values: Span<Float>, count: Int) -> [Float] {
    let found = [Float](unsafeUninitializedCapacity: count + 1) { room, initialized in
      values.withUnsafeBufferPointer { values in
        initialized = Int(
          rl_collect_marked(values.baseAddress, Int64(values.count), marks, room.baseAddress))
      }
    }
    precondition(found.count == count, "as many values as the table has counted")
    return found
  }
}
