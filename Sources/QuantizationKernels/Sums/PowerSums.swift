internal import CQuantizationKernels

/// Sums over the values x of a lane at a scale s, for errors to a power p.
package struct PowerSums: Hashable, Sendable {
  /// `sum |x - c s|^p` over the nearest codes c.
  package let cost: Double
  /// `sum c^2`.
  package let square: Double
  /// `sum c^2 |x - c s|^(p-2)` over the values beyond the outermost level.
  package let beyond: Double

  /// Creates sums.
  package init(cost: Double, square: Double, beyond: Double) {
    (self.cost, self.square, self.beyond) = (cost, square, beyond)
  }
}

extension Kernels {
  /// Rounds each value to the nearest of the levels `scale * c`, c in `codes`, in Double, and sums
  /// powers of the errors.
  ///
  /// The relative error of the sums is at most 10^-10.
  ///
  /// - Complexity: O(n), a few nanoseconds for each value.
  /// - Parameters:
  ///   - values: Finite values.
  ///   - unit: A power of two that is not less than any magnitude. Values are divided by it, and the
  ///     scale and the results are in units of it, so that no power overflows.
  ///   - scale: The scale, above zero.
  ///   - codes: The codes, with real zero at 0.
  ///   - power: p, from 1/2 to 8.
  ///   - path: The instruction set. It does not affect sums.
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

  /// The same sums over values with weights.
  ///
  /// - Parameters:
  ///   - values: The values in units, at most 1 in magnitude.
  ///   - weights: How often each value counts; as many as values.
  ///   - path: The instruction set. It does not affect sums.
  package static func powerSums(
    of values: Span<Double>, weights: Span<Double>, scale: Double, codes: ClosedRange<Int>,
    power: Double, path: KernelPath = .best
  ) -> PowerSums {
    precondition(values.count == weights.count, "a weight for each value")
    var sums = rl_power_sums()
    values.withUnsafeBufferPointer { values in
      weights.withUnsafeBufferPointer {
        path.loops.pointee.weighted_power_sums(
          values.baseAddress, $0.baseAddress, Int64(values.count), scale,
          Double(codes.lowerBound), Double(codes.upperBound), power, &sums)
      }
    }
    return PowerSums(cost: sums.cost, square: sums.square, beyond: sums.beyond)
  }
}
