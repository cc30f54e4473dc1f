internal import CQuantizationKernels
public import QuantizationCore

/// The integer type in which codes are stored: one byte up to 8 bits, two bytes above.
public enum CodeStorage: String, Hashable, Sendable, CaseIterable {
  /// Signed, 2 to 8 bits.
  case int8
  /// Unsigned, 2 to 8 bits.
  case uint8
  /// Signed, 9 to 16 bits.
  case int16
  /// Unsigned, 9 to 16 bits.
  case uint16

  /// The storage of the codes of a grid.
  public init(for grid: CodeGrid) {
    switch (grid.bits.fitsByte, grid.isSigned) {
    case (true, true): self = .int8
    case (true, false): self = .uint8
    case (false, true): self = .int16
    case (false, false): self = .uint16
    }
  }

  fileprivate var loopType: rl_code {
    switch self {
    case .int8: RL_INT8
    case .uint8: RL_UINT8
    case .int16: RL_INT16
    case .uint16: RL_UINT16
    }
  }

  fileprivate init?<Code: FixedWidthInteger>(_ type: Code.Type) {
    switch type {
    case is Int8.Type: self = .int8
    case is UInt8.Type: self = .uint8
    case is Int16.Type: self = .int16
    case is UInt16.Type: self = .uint16
    default: return nil
    }
  }
}

extension Kernels {
  /// Quantizes each value: `saturate(roundHalfEven(x / scale) + zeroPoint)`, or the code of the
  /// level of a table that is nearest to x / scale.
  ///
  /// - Parameters:
  ///   - values: Finite values.
  ///   - parameters: The quantizer.
  ///   - codes: Receives one code for each value. `Code` must be the type of the grid's
  ///     ``CodeStorage``.
  ///   - path: The instruction set. It does not affect codes.
  public static func quantize<Code: FixedWidthInteger>(
    _ values: Span<Float>, with parameters: QuantizationParameters,
    into codes: inout MutableSpan<Code>, path: KernelPath = .best
  ) {
    precondition(values.count == codes.count, "as many codes as values")
    let storage = checkedStorage(of: Code.self, for: parameters.grid)
    if parameters.grid.family.table != nil {
      return quantizeLevels(values, with: parameters, into: &codes, path: path)
    }
    var quantizer = rl_quantizer(parameters)
    values.withUnsafeBufferPointer { source in
      codes.withUnsafeMutableBufferPointer {
        path.loops.pointee.quantize(
          source.baseAddress, Int64(source.count), &quantizer, storage.loopType, $0.baseAddress)
      }
    }
  }

  /// Dequantizes each code q: `Float32(q - zeroPoint) * scale`, or its level times the scale.
  ///
  /// - Parameters:
  ///   - codes: Codes of the type of the grid's ``CodeStorage``.
  ///   - parameters: The quantizer.
  ///   - values: Receives one value for each code.
  ///   - path: The instruction set. It does not affect values.
  public static func dequantize<Code: FixedWidthInteger>(
    _ codes: Span<Code>, with parameters: QuantizationParameters,
    into values: inout MutableSpan<Float>, path: KernelPath = .best
  ) {
    precondition(values.count == codes.count, "as many values as codes")
    let storage = checkedStorage(of: Code.self, for: parameters.grid)
    if parameters.grid.family.table != nil {
      return dequantizeLevels(codes, with: parameters, into: &values, path: path)
    }
    var quantizer = rl_quantizer(parameters)
    codes.withUnsafeBufferPointer { source in
      values.withUnsafeMutableBufferPointer {
        path.loops.pointee.dequantize(
          source.baseAddress, storage.loopType, Int64(source.count), &quantizer, $0.baseAddress)
      }
    }
  }

  private static func checkedStorage<Code: FixedWidthInteger>(
    of type: Code.Type, for grid: CodeGrid
  ) -> CodeStorage {
    guard let storage = CodeStorage(type), storage == CodeStorage(for: grid) else {
      preconditionFailure("\(grid.bits)-bit codes \(grid.codes) are not stored in \(type)")
    }
    return storage
  }
}
