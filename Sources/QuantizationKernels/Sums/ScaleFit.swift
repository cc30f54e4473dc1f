internal import CQuantizationKernels

/// Sums over values x and their nearest codes c at some scale, with weights x^2, all in Float32 and added
/// in the order of the values.
package struct ScaleFit: Hashable, Sendable {
  /// `sum x^3 c`.
  package let mixed: Float
  /// `sum x^2 c^2`.
  package let square: Float
}

extension Kernels {
  /// The largest number of scales of one call of ``scaleFits(of:unit:stepsPerUnit:codes:path:)``.
  package static let mostFits = Int(RL_FITS)

  /// The sums of some scales.
  ///
  /// - Parameters:
  ///   - values: Finite values.
  ///   - unit: A power of two by which values are divided.
  ///   - stepsPerUnit: The reciprocal of each scale, in units; at most ``mostFits``.
  ///   - codes: The codes, with real zero at 0.
  ///   - path: The instruction set. It does not affect sums.
  /// - Returns: The sums of each scale, in order.
  /// - Complexity: O(n) for all scales together, about four nanoseconds for each value.
  package static func scaleFits(
    of values: Span<Float>, unit: Float, stepsPerUnit: [Float], codes: ClosedRange<Int>,
    path: KernelPath = .best
  ) -> [ScaleFit] {
    precondition(stepsPerUnit.count <= mostFits, "at most \(mostFits) scales")
    var fits = rl_fits()
    withUnsafeMutableBytes(of: &fits.steps) { room in
      stepsPerUnit.withUnsafeBytes { room.copyMemory(from: $0) }
    }
    values.withUnsafeBufferPointer {
      path.loops.pointee.fit_scales(
        $0.baseAddress, Int64($0.count), unit, Float(codes.lowerBound), Float(codes.upperBound),
        &fits)
    }
    return withUnsafeBytes(of: fits.mixed) { mixed in
      withUnsafeBytes(of: fits.square) { square in
        stepsPerUnit.indices.map { index in
          ScaleFit(
            mixed: mixed.loadUnaligned(fromByteOffset: index * 4, as: Float.self),
            square: square.loadUnaligned(fromByteOffset: index * 4, as: Float.self))
        }
      }
    }
  }
}
