package import QuantizationCore

/// How codes of activations lie in memory: unsigned bytes, signed codes moved by 128.
///
/// `q - z` is what counts, and it stays the same when codes and zero point move together. So one kernel
/// serves both signs.
extension QuantizationParameters {
  /// What is added to a code to make it an unsigned byte.
  package var storedOffset: Int { grid.isSigned ? 128 : 0 }

  /// The zero point as it is stored.
  package var storedZeroPoint: Int { zeroPoint + storedOffset }

  /// The codes as they are stored.
  package var storedCodes: ClosedRange<Int> {
    grid.minimumCode + storedOffset...grid.maximumCode + storedOffset
  }

  /// Whether the codes are bytes.
  package var hasByteCodes: Bool {
    (0...255).contains(storedCodes.lowerBound) && storedCodes.upperBound <= 255
  }
}

/// Codes of an activation, as unsigned bytes.
package struct IntegerActivations: Sendable {
  /// The length of each axis.
  package let shape: [Int]
  /// The codes in C order, moved by the offset of their quantizer.
  package let stored: [UInt8]
  /// The quantizer.
  package let parameters: QuantizationParameters

  /// Codes as they are stored.
  ///
  /// - Precondition: As many as the shape says.
  package init(shape: [Int], stored: [UInt8], parameters: QuantizationParameters) {
    precondition(stored.count == shape.reduce(1, *), "as many codes as the shape says")
    (self.shape, self.stored, self.parameters) = (shape, stored, parameters)
  }

  /// Quantizes values as QuantizeLinear does: `clamp(round(x / scale) + z)`, ties to even, the quotient in
  /// Float.
  package init(_ values: Span<Float>, shape: [Int], parameters: QuantizationParameters) {
    let codes = parameters.storedCodes
    let (scale, zero) = (parameters.scale, parameters.storedZeroPoint)
    let (low, high) = (Float(codes.lowerBound - zero), Float(codes.upperBound - zero))
    let stored = [UInt8](unsafeUninitializedCapacity: values.count) { buffer, filled in
      for index in values.indices {
        let step = (values[index] / scale).rounded(.toNearestOrEven)
        // A NaN becomes the lowest code.
        let clipped = min(max(low, step), high)
        buffer[index] = UInt8(Int(clipped.isNaN ? low : clipped) + zero)
      }
      filled = values.count
    }
    self.init(shape: shape, stored: stored, parameters: parameters)
  }

  /// The values that the codes stand for: `(q - z) scale`.
  package var values: [Float] {
    let table = (0...255).map { Float($0 - parameters.storedZeroPoint) * parameters.scale }
    return stored.map { table[Int($0)] }
  }

  /// The same codes in another shape.
  package func reshaped(_ shape: [Int]) -> IntegerActivations {
    IntegerActivations(shape: shape, stored: stored, parameters: parameters)
  }
}
