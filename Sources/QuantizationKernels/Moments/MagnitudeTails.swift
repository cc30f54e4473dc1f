internal import CQuantizationKernels

/// Where in ascending magnitudes those with the same leading bits stand.
package struct MagnitudeCells: Sendable {
  /// The low bits of a magnitude, as a Double, that are not looked at.
  package let shift: Int
  /// What the leading bits of the first cell are.
  package let firstCell: Int
  /// The rank of the first magnitude of each cell, and the number of all.
  package let starts: [Int32]

  /// Creates cells from ranks that ascend.
  package init(shift: Int, firstCell: Int, starts: [Int32]) {
    (self.shift, self.firstCell, self.starts) = (shift, firstCell, starts)
  }
}

extension Kernels {
  /// For how many magnitudes ``tails(of:descending:runningSums:cells:scale:into:path:)`` wants one
  /// running sum.
  package static let tailRun = 16

  /// How many magnitudes lie below the thresholds `(j - 1/2) scale`, j = 1...codes, and what they
  /// add up to.
  ///
  /// Complexity: O(codes), some ten nanoseconds each, with cells of a few values; O(codes log n)
  /// without.
  ///
  /// - Parameters:
  ///   - values: Ascending values of one sign.
  ///   - descending: Whether they are negative, so that magnitudes ascend from the last.
  ///   - runningSums: The sums of the `k tailRun` smallest magnitudes, k = 0...count / tailRun.
  ///   - cells: Where to look; nothing to search all.
  ///   - scale: The scale, above zero.
  ///   - below: Room for numbers and sums in turns, two for each code.
  ///   - path: The instruction set; the answers are the same on each.
  package static func tails(
    of values: Span<Float>, descending: Bool, runningSums: Span<Double>, cells: MagnitudeCells?,
    scale: Double, into below: UnsafeMutableBufferPointer<Double>, path: KernelPath = .best
  ) {
    precondition(runningSums.count > values.count / tailRun, "a sum for each run")
    values.withUnsafeBufferPointer { values in
      guard let first = values.baseAddress, !values.isEmpty else {
        return below.update(repeating: 0)
      }
      runningSums.withUnsafeBufferPointer { sums in
        (cells?.starts ?? []).withUnsafeBufferPointer { starts in
          var magnitudes = rl_magnitudes(
            smallest: first + (descending ? values.count - 1 : 0),
            count: Int64(values.count), running_sums: sums.baseAddress,
            starts: starts.baseAddress, cells: Int64(max(0, starts.count - 1)),
            first_cell: Int64(cells?.firstCell ?? 0), shift: Int32(cells?.shift ?? 0),
            descending: descending)
          below.withMemoryRebound(to: rl_tail.self) {
            path.loops.pointee.tails(&magnitudes, scale, Int64($0.count), $0.baseAddress)
          }
        }
      }
    }
  }
}
