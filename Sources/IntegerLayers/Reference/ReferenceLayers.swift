package import QuantizationCore

/// What a quantized layer computes, as the derivation has it: the yardstick of the fast path.
///
/// With `x = s_x (q_x - z_x)`, `w = s_w (q_w - z_w)` and `b = s_x s_w q_b` an output is
///
///     y = sum x w + b = s_x s_w (sum (q_x - z_x) (q_w - z_w) + q_b)
///
/// and its code is `q_y = clamp(round((s_x s_w / s_y) a) + z_y)` with the accumulator `a` in the brackets
/// (Jacob et al. 2018, arXiv:1712.05877). The product opened up shows what the fast path works out once:
///
///     a = sum q_x q_w - z_x sum q_w - z_w sum q_x + K z_x z_w + q_b
///
/// Codes are plain numbers here, in whatever range; nothing is moved or packed.
package enum ReferenceLayers {
  /// `a[m][n]` of a linear layer.
  ///
  /// - Parameters:
  ///   - x: The codes of activations, rows of `columns`.
  ///   - w: The codes of weights, a row of `columns` for each output.
  ///   - inputZeroPoint: z_x.
  ///   - weightZeroPoints: z_w of each output, or one.
  ///   - bias: q_b of each output; nothing for none.
  /// - Throws: ``IntegerError`` where an accumulator does not fit 32 bits.
  package static func linear(
    _ x: [Int], _ w: [Int], columns: Int, inputZeroPoint: Int, weightZeroPoints: [Int],
    bias: [Int]? = nil
  ) throws(IntegerError) -> [Int32] {
    let (rows, outputs) = (x.count / max(1, columns), w.count / max(1, columns))
    var found: [Int32] = []
    for m in 0..<rows {
      for n in 0..<outputs {
        let zero = weightZeroPoints[weightZeroPoints.count == 1 ? 0 : n]
        var sum = bias?[n] ?? 0
        for k in 0..<columns {
          sum += (x[m * columns + k] - inputZeroPoint) * (w[n * columns + k] - zero)
        }
        found.append(try fitting(sum))
      }
    }
    return found
  }

  /// `a` of a convolution over an image of two axes, in the order [batch, output channel, row, column].
  ///
  /// What lies outside the image is real zero, the code z_x, so it adds nothing.
  ///
  /// - Parameters:
  ///   - x: The codes of activations, [batch, channel, row, column].
  ///   - w: The codes of weights, [output channel, channel of the group, row, column].
  ///   - shape: Sizes, strides, padding, dilations and groups.
  package static func convolution(
    _ x: [Int], _ w: [Int], _ shape: ConvolutionShape, batch: Int, inputZeroPoint: Int,
    weightZeroPoints: [Int], bias: [Int]? = nil
  ) throws(IntegerError) -> [Int32] {
    var found: [Int32] = []
    let (inputs, outputs) = (shape.channels / shape.groups, shape.outputs / shape.groups)
    for image in 0..<batch {
      for output in 0..<shape.outputs {
        let zero = weightZeroPoints[weightZeroPoints.count == 1 ? 0 : output]
        for row in 0..<shape.outputRows {
          for column in 0..<shape.outputColumns {
            var sum = bias?[output] ?? 0
            for input in 0..<inputs {
              let channel = image * shape.channels + output / outputs * inputs + input
              for i in 0..<shape.kernelRows {
                for j in 0..<shape.kernelColumns {
                  let y = row * shape.strides.0 + i * shape.dilations.0 - shape.top
                  let z = column * shape.strides.1 + j * shape.dilations.1 - shape.left
                  guard (0..<shape.rows).contains(y), (0..<shape.columns).contains(z) else {
                    continue
                  }
                  let weight =
                    ((output * inputs + input) * shape.kernelRows + i)
                    * shape.kernelColumns + j
                  sum +=
                    (x[(channel * shape.rows + y) * shape.columns + z] - inputZeroPoint)
                    * (w[weight] - zero)
                }
              }
            }
            found.append(try fitting(sum))
          }
        }
      }
    }
    return found
  }

  static func fitting(_ sum: Int) throws(IntegerError) -> Int32 {
    guard let fit = Int32(exactly: sum) else {
      throw IntegerError("accumulator", "\(sum) does not fit 32 bits")
    }
    return fit
  }

  /// `clamp(round(a multiplier) + z_y)` for the codes of an output, ties to even; the product in Float, as in
  /// ONNX Runtime.
  package static func requantized(
    _ sum: Int32, multiplier: Float, to output: QuantizationParameters
  ) -> Int {
    let step = Double((Float(sum) * multiplier).rounded(.toNearestOrEven))
    let codes = output.grid.codes
    let (low, high) = (codes.lowerBound - output.zeroPoint, codes.upperBound - output.zeroPoint)
    return Int(min(max(step, Double(low)), Double(high))) + output.zeroPoint
  }
}
