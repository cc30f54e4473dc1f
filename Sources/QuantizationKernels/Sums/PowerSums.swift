internal import CQuantizationKernels

/// What a power p of the errors of a lane adds up to at a scale.
package struct PowerSums: Hashable, Sendable {
  /// `sum |x - c s|^p` over the nearest codes c.
  package let cost: Double
  /// `sum c^2`.
  package let square: Double
  /// `sum c^2 |x - c s|^(p-2)` over the values beyond the outermost level.
  package let beyond: Double
}

extension Kernels {
  /// Rounds each value to the nearest of the levels `scale * c`, c in `low...high`, in Double, and adds
  /// up powers of the errors, good to 10^-10 of themselves.
  ///
  /// Complexity: O(n), a few nanoseconds a value.
  ///
  /// - Parameters:
  ///   - values: Finite values.
  ///   - unit: A power of two not less than any magnitude: values, scale and results are in units of
  ///     it, so that nothing overflows.
  ///   - scale: The scale, above zero.
  ///   - codes: The codes on either side of real zero.
  ///   - power: p, from 1/2 to 8.
  ///   - path: The instruction set; the sums are the same on each.
  package static func powerSums(
    of values: Span<Float>, unit: Double, scale: Double, codes: ClosedRange<Int>, power: Double,
    path: KernelPath = .best
  ) -> PowerSums {
    var sums = rl_power_sums()
    values.withUnsafeBufferPointer {
      path.loops.pointee.power_sums(
        $0.baseAddress, Int64($0.count), 1 / unit, scale, Double(codes.lowerBound),
        Double(codes.upperBound), power, &sums)
    }
    return PowerSums(cost: sums.cost, square: sums.square, beyond: sums.beyond)
  }
}
