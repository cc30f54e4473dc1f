internal import CQuantizationKernels
public import QuantizationCore

/// The shared kernel: the loops over the elements of a tensor.
///
/// Inputs are finite Float32. All sums have a fixed order, so results depend on the values only.
public enum Kernels {
  /// The number of values in a chunk.
  ///
  /// Sums are computed for each chunk, and then added to the total.
  ///
  /// So values that come in spans of a multiple of this number have the same sums as one long span.
  public static let chunk = 1 << 16

  /// The smallest and the largest of at least one value; zeros are +0.
  public static func extrema(
    of values: Span<Float>, path: KernelPath = .best
  ) -> (minimum: Float, maximum: Float) {
    precondition(!values.isEmpty, "extrema of no values")
    var (minimum, maximum): (Float, Float) = (0, 0)
    values.withUnsafeBufferPointer {
      path.loops.pointee.extrema($0.baseAddress, Int64($0.count), &minimum, &maximum)
    }
    return (minimum, maximum)
  }

  /// The sum of the values in Float.
  ///
  /// Benchmarks use its time as that of reading the memory once.
  public static func sum(of values: Span<Float>, path: KernelPath = .best) -> Float {
    values.withUnsafeBufferPointer { path.loops.pointee.sum($0.baseAddress, Int64($0.count)) }
  }

  /// The number of values that are NaN or infinite.
  public static func nonFiniteCount(in values: Span<Float>, path: KernelPath = .best) -> Int {
    values.withUnsafeBufferPointer {
      Int(path.loops.pointee.count_nonfinite($0.baseAddress, Int64($0.count)))
    }
  }

  /// Adds the values to the counts of equal, half-open bins over [lower, upper].
  ///
  /// Bin `i` holds `lower + i*w <= v < lower + (i+1)*w` with `w = (upper-lower)/bins`, in Double. The
  /// value `upper` belongs to the last bin, and a value outside the range to the nearest bin.
  ///
  /// - Parameters:
  ///   - values: Finite values.
  ///   - absolute: Whether magnitudes are counted instead of values.
  ///   - lower: The lower edge of the first bin.
  ///   - upper: The upper edge of the last bin, above `lower`.
  ///   - counts: One count for each bin; the counts of these values are added to it.
  ///   - path: The instruction set. It does not affect counts.
  public static func countHistogram(
    of values: Span<Float>, absolute: Bool, lower: Double, upper: Double,
    into counts: inout [UInt64],
    path: KernelPath = .best
  ) {
    precondition(upper > lower && !counts.isEmpty, "a histogram has width and bins")
    let bins = Int32(counts.count)
    values.withUnsafeBufferPointer { source in
      counts.withUnsafeMutableBufferPointer {
        path.loops.pointee.histogram(
          source.baseAddress, Int64(source.count), absolute, lower, upper, bins, $0.baseAddress)
      }
    }
  }

  /// Quantizes and dequantizes values and sums their errors, in one pass and without storing codes.
  ///
  /// - Complexity: O(values).
  public static func measureError(
    of values: Span<Float>, with parameters: QuantizationParameters, path: KernelPath = .best
  ) -> ErrorSums {
    guard parameters.grid.family.table == nil else {
      return measureLevels(of: values, with: parameters, path: path)
    }
    var quantizer = rl_quantizer(parameters)
    // The table of loops is not copied: for a group of a hundred values that would take noticeable
    // time.
    let loops = path.loops
    let measure =
      parameters.grid.bits.fitsByte ? loops.pointee.measure_8 : loops.pointee.measure_16
    var total = ErrorSums()
    values.withUnsafeBufferPointer { source in
      for start in stride(from: 0, to: source.count, by: chunk) {
        let count = min(chunk, source.count - start)
        let first = source.baseAddress?.advanced(by: start)
        var sums = rl_error_sums()
        measure?(first, Int64(count), &quantizer, &sums)
        if !ErrorSums(sums, count: count, scale: parameters.scale).fitsFloat {
          loops.pointee.measure_wide(first, Int64(count), &quantizer, &sums)
        }
        total.merge(ErrorSums(sums, count: count, scale: parameters.scale))
      }
    }
    return total
  }
}

extension ErrorSums {
  init(_ sums: rl_error_sums, count: Int, scale: Float) {
    self.init(
      count: count, roundedSquaredError: sums.rounded_squared_error,
      clippedSquaredError: sums.clipped_squared_error, clippedCount: Int(sums.clipped),
      maximumError: sums.maximum_error, signal: sums.signal, stepsSquared: sums.steps_squared,
      scale: scale)
  }
}

extension rl_quantizer {
  init(_ parameters: QuantizationParameters) {
    self.init(
      scale: parameters.scale,
      low: Float(parameters.grid.minimumCode - parameters.zeroPoint),
      high: Float(parameters.grid.maximumCode - parameters.zeroPoint),
      lowest: -Self.greatestFloat(notAbove: -parameters.lower),
      highest: Self.greatestFloat(notAbove: parameters.upper),
      zero_point: Int32(parameters.zeroPoint))
  }

  static func greatestFloat(notAbove limit: Double) -> Float {
    let nearest = Float(limit)
    return Double(nearest) > limit ? nearest.nextDown : nearest
  }
}
