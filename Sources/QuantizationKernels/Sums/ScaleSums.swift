internal import CQuantizationKernels

/// The parabola that the squared error of a lane lies on near a scale.
///
/// With the nearest codes c held, the error at any scale s is `S2 - 2 s linear + s^2 square`, where
/// S2 is the sum of squares of the values.
package struct ScaleSums: Hashable, Sendable {
  /// `sum c x`.
  package let linear: Double
  /// `sum c^2`.
  package let square: Double

  /// Creates sums.
  package init(linear: Double, square: Double) {
    self.linear = linear
    self.square = square
  }

  /// The squared error at the scale of the codes.
  ///
  /// Off by some 10^-16 of the energy, which the error may be a small share of.
  @inlinable
  package func cost(scale: Double, energy: Double) -> Double {
    max(0, energy - 2 * scale * linear + scale * scale * square)
  }
}

extension Kernels {
  /// Widens values to Double for ``scaleSums(of:scale:codes:path:)``; their sum of squares.
  package static func widen(
    _ values: Span<Float>, into wide: inout MutableSpan<Double>, path: KernelPath = .best
  ) -> Double {
    precondition(values.count == wide.count, "as much room as values")
    return values.withUnsafeBufferPointer { source in
      wide.withUnsafeMutableBufferPointer {
        path.loops.pointee.widen(source.baseAddress, Int64(source.count), $0.baseAddress)
      }
    }
  }

  /// Rounds each value to the nearest of the levels `scale * c`, c in `codes`, zero among them, in
  /// Double.
  ///
  /// The values are Floats, widened once for many scales. Complexity: O(n), about a fifth of a
  /// nanosecond a value.
  package static func scaleSums(
    of values: Span<Double>, scale: Double, codes: ClosedRange<Int>, path: KernelPath = .best
  ) -> ScaleSums {
    var sums = rl_scale_sums()
    values.withUnsafeBufferPointer {
      path.loops.pointee.scale_sums(
        $0.baseAddress, Int64($0.count), scale, Double(codes.lowerBound), Double(codes.upperBound),
        &sums)
    }
    return ScaleSums(linear: sums.linear, square: sums.square)
  }
}
