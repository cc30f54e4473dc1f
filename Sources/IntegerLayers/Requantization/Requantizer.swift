internal import CIntegerKernels
package import QuantizationCore

/// How a product with the multiplier is computed.
package enum RequantizationRounding: String, Sendable, CaseIterable {
  /// In Float, ties to even, as ONNX's QLinear operators in ONNX Runtime.
  case float
  /// By 31 bits and a rounding shift, as gemmlowp and TensorFlow Lite.
  case fixedPoint = "fixed-point"
}

/// Accumulators to codes of the output: `q_y = clamp(round(M a) + z_y)` with `M = s_x s_w / s_y`.
///
/// A Relu or a Clip between the layer and its quantizer costs nothing: rounding never changes an order, so
/// its bounds are codes at which the output saturates.
package struct Requantizer: Sendable {
  /// The quantizer of the output.
  package let output: QuantizationParameters
  /// The codes at which the output saturates, as stored.
  package let codes: ClosedRange<Int>
  /// M of each channel.
  package let multipliers: [Float]
  /// How the product is computed.
  package let rounding: RequantizationRounding
  private let fixed: [FixedPointMultiplier]

  /// A requantizer.
  ///
  /// - Parameters:
  ///   - layer: What messages call it.
  ///   - input: The scale s_x.
  ///   - weights: The scale s_w of each channel.
  ///   - bounds: Reals beyond which the output is cut off, by a Relu or Clip.
  /// - Throws: ``IntegerError`` where a multiplier is no number below 2^31, or codes are no bytes.
  package init(
    _ layer: String, input: Float, weights: [Float], to output: QuantizationParameters,
    bounds: ClosedRange<Float> = -.infinity ... .infinity,
    rounding: RequantizationRounding = .float
  ) throws(IntegerError) {
    guard output.hasByteCodes else {
      throw IntegerError(layer, "its output has the codes \(output.grid.codes); expected 8 bits")
    }
    // In the order of ONNX Runtime: the product is rounded before the quotient.
    multipliers = weights.map { input * $0 / output.scale }
    if let bad = multipliers.first(where: { !($0.isFinite && $0 >= 0 && $0 < 0x1p31) }) {
      throw IntegerError(layer, "the multiplier s_x s_w / s_y is \(bad); expected 0 to 2^31")
    }
    (self.output, self.rounding) = (output, rounding)
    codes = output.storedCodes(between: bounds)
    fixed =
      rounding == .float
      ? [] : weights.map { FixedPointMultiplier(Double(input) * Double($0) / Double(output.scale)) }
  }

  /// The codes of accumulators, as stored.
  ///
  /// - Parameters:
  ///   - sums: In the order [outer, channel, inner].
  ///   - inner: Neighbours of one channel: the places of an image, or 1 for a linear layer.
  package func codes(_ sums: Span<Int32>, inner: Int) -> [UInt8] {
    let count = multipliers.count
    return [UInt8](unsafeUninitializedCapacity: sums.count) { buffer, filled in
      sums.withUnsafeBufferPointer { sums in
        filled = sums.count
        guard let from = sums.baseAddress, let to = buffer.baseAddress else { return }
        if rounding == .fixedPoint { return fill(sums, to, inner: inner) }
        let zero = output.storedZeroPoint
        var grid = rl_output_grid(
          low: Float(codes.lowerBound - zero), high: Float(codes.upperBound - zero),
          zero_point: Int32(zero))
        let loops = IntegerPath.best.loops.pointee
        guard count > 1 else {
          return loops.requantize(from, Int64(sums.count), multipliers[0], &grid, to)
        }
        let run = inner == 1 ? count : inner
        for (place, start) in stride(from: 0, to: sums.count, by: run).enumerated() {
          if inner == 1 {
            loops.requantize_each(from + start, Int64(run), multipliers, &grid, to + start)
          } else {
            loops.requantize(
              from + start, Int64(run), multipliers[place % count], &grid, to + start)
          }
        }
      }
    }
  }

  private func fill(
    _ sums: UnsafeBufferPointer<Int32>, _ found: UnsafeMutablePointer<UInt8>, inner: Int
  ) {
    for index in sums.indices {
      let channel = fixed.count == 1 ? 0 : index / inner % fixed.count
      let code = Int(fixed[channel](sums[index])) + output.storedZeroPoint
      found[index] = UInt8(min(max(code, codes.lowerBound), codes.upperBound))
    }
  }
}

extension QuantizationParameters {
  /// The codes that reals between two bounds have, as stored.
  package func storedCodes(between bounds: ClosedRange<Float>) -> ClosedRange<Int> {
    func code(_ real: Float) -> Int {
      let step = (real / scale).rounded(.toNearestOrEven)
      let all = storedCodes
      let near = min(max(step, Float(-1024)), Float(1024))
      return min(max(Int(near) + storedZeroPoint, all.lowerBound), all.upperBound)
    }
    return code(bounds.lowerBound)...code(bounds.upperBound)
  }
}
