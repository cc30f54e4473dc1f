internal import CIntegerKernels
internal import QuantizationCore

/// One channel of an image with its padding, for depthwise convolutions.
final class PaddedChannel {
  private let shape: ConvolutionShape
  private let columns: Int
  private let codes: AlignedArray<UInt8>
  private let zeroPoint: Int

  init(_ shape: ConvolutionShape, _ input: QuantizationParameters) {
    self.shape = shape
    zeroPoint = input.storedZeroPoint
    columns = shape.columns + shape.left + shape.right
    codes = AlignedArray(
      (shape.rows + shape.top + shape.bottom) * columns, zero: UInt8(input.storedZeroPoint))
  }

  /// Takes a channel; the padding around it stays.
  func load(_ x: UnsafePointer<UInt8>) {
    for row in 0..<shape.rows {
      (codes.start + (row + shape.top) * columns + shape.left).update(
        from: x + row * shape.columns, count: shape.columns)
    }
  }

  /// The accumulators of the outputs of a group, [output, row, column], and their range.
  ///
  /// The taps are `q_w - z_w`, so that what remains is `q_b - z_x sum (q_w - z_w)`.
  func convolve(
    _ group: IntegerLinear, _ path: IntegerPath, into found: UnsafeMutablePointer<Int32>
  ) -> ClosedRange<Int> {
    let (rows, width) = (shape.outputRows, shape.outputColumns)
    let weights = group.weights
    var (lowest, highest): (Int32, Int32) = (0, 0)
    for output in 0..<weights.rows {
      let own = found + output * rows * width
      let taps = (0..<weights.columns).map {
        Int32(weights.stored[output * weights.columns + $0]) - Int32(weights.zeroPoints[output])
      }
      for row in 0..<rows {
        let sums = own + row * width
        sums.update(repeating: 0, count: width)
        for (place, tap) in taps.enumerated() where tap != 0 {
          let y = row * shape.strides.0 + place / shape.kernelColumns * shape.dilations.0
          let from = y * columns + place % shape.kernelColumns * shape.dilations.1
          path.loops.pointee.add_tap(
            codes.start + from, Int64(shape.strides.1), tap, Int64(width), sums)
        }
      }
      let sum = taps.reduce(0) { $0 + Int($1) }
      path.loops.pointee.finish(
        own, Int64(rows * width), Int32(truncatingIfNeeded: group.bias(output) - zeroPoint * sum),
        &lowest, &highest)
    }
    return Int(lowest)...Int(highest)
  }
}
