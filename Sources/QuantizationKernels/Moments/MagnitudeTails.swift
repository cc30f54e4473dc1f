internal import CQuantizationKernels

/// An index of ascending magnitudes: for each value of their leading bits, the rank of the first
/// magnitude with them.
///
/// A cell is the set of the magnitudes with the same leading bits.
package struct MagnitudeCells: Sendable {
  /// The number of low bits of a magnitude, as a Double, that do not count.
  package let shift: Int
  /// The leading bits of the first cell.
  package let firstCell: Int
  /// The rank of the first magnitude of each cell, ascending; then the number of all magnitudes.
  package let starts: [Int32]

  /// Creates cells.
  package init(shift: Int, firstCell: Int, starts: [Int32]) {
    (self.shift, self.firstCell, self.starts) = (shift, firstCell, starts)
  }
}

extension Kernels {
  /// The number of magnitudes between two running sums of
  /// ``tails(of:descending:runningSums:cells:scale:into:path:)``.
  package static let tailRun = 16

  /// Computes the number and the sum of the magnitudes below each threshold `(j - 1/2) scale`,
  /// j = 1...codes.
  ///
  /// - Complexity: With cells of a few values each, O(codes), about ten nanoseconds for each code;
  ///   without cells, O(codes log n).
  /// - Parameters:
  ///   - values: Ascending values of one sign.
  ///   - descending: Whether the values are negative, so that the last one has the least magnitude.
  ///   - runningSums: The sums of the `k tailRun` smallest magnitudes, k = 0...count / tailRun.
  ///   - cells: The index of the magnitudes; nil to search among all values.
  ///   - scale: The scale, above zero.
  ///   - below: Receives a number and a sum for each code, in turns; it has two elements for each code.
  ///   - path: The instruction set. It does not affect results.
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
