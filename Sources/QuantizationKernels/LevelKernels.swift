internal import CQuantizationKernels
internal import QuantizationCore

/// The loops for number formats whose levels are a table, not integers.
extension Kernels {
  /// Adds up the errors of values, chunk by chunk.
  static func measureLevels(
    of values: Span<Float>, with parameters: QuantizationParameters, path: KernelPath
  ) -> ErrorSums {
    var total = ErrorSums()
    withLevels(of: parameters) { levels in
      values.withUnsafeBufferPointer { source in
        for start in stride(from: 0, to: source.count, by: chunk) {
          let count = min(chunk, source.count - start)
          var sums = rl_error_sums()
          path.loops.pointee.measure_levels(
            source.baseAddress?.advanced(by: start), Int64(count), &levels, &sums)
          total.merge(ErrorSums(sums, count: count, scale: parameters.scale))
        }
      }
    }
    return total
  }

  /// Quantizes values to codes of one byte.
  static func quantizeLevels<Code: FixedWidthInteger>(
    _ values: Span<Float>, with parameters: QuantizationParameters,
    into codes: inout MutableSpan<Code>, path: KernelPath
  ) {
    codes.withUnsafeMutableBufferPointer { target in
      target.withMemoryRebound(to: UInt8.self) { bytes in
        withLevels(of: parameters) { levels in
          values.withUnsafeBufferPointer {
            path.loops.pointee.quantize_levels(
              $0.baseAddress, Int64($0.count), &levels, bytes.baseAddress)
          }
        }
      }
    }
  }

  /// Dequantizes codes of one byte.
  static func dequantizeLevels<Code: FixedWidthInteger>(
    _ codes: Span<Code>, with parameters: QuantizationParameters,
    into values: inout MutableSpan<Float>, path: KernelPath
  ) {
    values.withUnsafeMutableBufferPointer { target in
      codes.withUnsafeBufferPointer { source in
        source.withMemoryRebound(to: UInt8.self) { bytes in
          withLevels(of: parameters) { levels in
            path.loops.pointee.dequantize_levels(
              bytes.baseAddress, Int64(bytes.count), &levels, target.baseAddress)
          }
        }
      }
    }
  }

  /// Calls `body` with the table of a quantizer, in the form that the loops read.
  private static func withLevels(
    of parameters: QuantizationParameters, _ body: (inout rl_levels) -> Void
  ) {
    guard let table = parameters.grid.family.table else {
      preconditionFailure("codes are integers")
    }
    table.paddedThresholds.withUnsafeBufferPointer { thresholds in
      table.ascending.withUnsafeBufferPointer { ascending in
        table.codes.withUnsafeBufferPointer { codes in
          table.levels.withUnsafeBufferPointer { levels in
            var quantizer = rl_levels(
              thresholds: thresholds.baseAddress, levels: ascending.baseAddress,
              codes: codes.baseAddress, level_of_code: levels.baseAddress,
              size: Int32(table.searchSize), scale: parameters.scale,
              lowest: -rl_quantizer.greatestFloat(notAbove: -parameters.lower),
              highest: rl_quantizer.greatestFloat(notAbove: parameters.upper))
            body(&quantizer)
          }
        }
      }
    }
  }
}
