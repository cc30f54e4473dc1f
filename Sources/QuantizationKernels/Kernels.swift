internal import CQuantizationKernels
public import QuantizationCore

/// The shared kernel: everything in RangeLab that touches each element of a tensor.
///
/// Inputs are finite Float32; what is not finite has been refused or dropped before. All sums have
/// a fixed order, so results depend on the values and nothing else.
public enum Kernels {
  /// The number of values whose sums are formed before they are added to the total.
  ///
  /// Streams that deliver multiples of it measure exactly what one long array measures.
  public static let chunk = 1 << 16

  /// The smallest and largest of at least one value.
  ///
  /// Zeros are returned as +0.
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

  /// The plain sum of the values in Float: what "reading the memory once" costs.
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
  /// Bin `i` holds `lower + i*w <= v < lower + (i+1)*w` with `w = (upper-lower)/bins`, in Double;
  /// `upper` itself belongs to the last bin, and values outside to the nearest.
  ///
  /// - Parameters:
  ///   - values: Finite values.
  ///   - absolute: Whether magnitudes are counted instead of values.
  ///   - lower: Where the first bin begins.
  ///   - upper: Where the last bin ends, above `lower`.
  ///   - counts: One count for each bin; not emptied first, so that streams can be counted.
  ///   - path: The instruction set; the counts are the same on each.
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

  /// Quantizes, dequantizes and compares in one pass, without keeping codes.
  public static func measureError(
    of values: Span<Float>, with parameters: QuantizationParameters, path: KernelPath = .best
  ) -> ErrorSums {
    guard parameters.grid.family.table == nil else {
      return measureLevels(of: values, with: parameters, path: path)
    }
    var quantizer = rl_quantizer(parameters)
    // The table of loops is not copied: for a group of a hundred values that would show.
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
