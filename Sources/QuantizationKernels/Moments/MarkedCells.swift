internal import CQuantizationKernels

/// Bins of a moment table, of both signs, whose values are asked for.
package struct MarkedCells: Sendable {
  private var marks = [UInt64](repeating: 0, count: MomentCells.count / 2 / 64)

  /// No bin.
  package init() {}

  /// Marks the bins of the keys of a range.
  package mutating func mark(_ keys: ClosedRange<Int>) {
    for key in keys { marks[key >> 6] |= 1 << UInt64(key & 63) }
  }

  /// Whether the bins with a key are marked.
  @inline(__always)
  package func contains(_ key: Int) -> Bool { marks[key >> 6] >> UInt64(key & 63) & 1 == 1 }

  /// The values in the marked bins, in their order.
  ///
  /// Some nanosecond for each value looked at.
  ///
  /// - Parameters:
  ///   - values: Finite values.
  ///   - count: How many of them are in marked bins.
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
