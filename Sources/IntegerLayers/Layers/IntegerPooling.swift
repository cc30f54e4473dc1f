internal import QuantizationCore

/// Pooling of codes over windows of each channel.
///
/// The largest real has the largest code, so a maximum needs no arithmetic. An average is a sum of
/// `q_x - z_x` with the multiplier `s_x / (s_y n)` for n places; what lies outside the image has the code
/// z_x, and counts among them or not.
package struct IntegerPooling: Sendable {
  /// The sizes; each channel is a group of its own.
  package let shape: ConvolutionShape

  /// Windows of these sizes.
  package init(_ shape: ConvolutionShape) { self.shape = shape }

  /// The largest code of each window, [batch, channel, row, column].
  ///
  /// A window that lies outside the image altogether has the lowest code.
  package func maximum(_ x: IntegerActivations) -> [UInt8] {
    let lowest = UInt8(x.parameters.storedCodes.lowerBound)
    var found: [UInt8] = []
    forEachWindow(x) { window in
      found.append(window.reduce(lowest, max))
    }
    return found
  }

  /// The sum of `q_x - z_x` of each window.
  ///
  /// - Throws: ``IntegerError`` where a sum could pass 32 bits.
  package func sums(_ x: IntegerActivations) throws(IntegerError) -> Accumulators {
    guard shape.kernelRows * shape.kernelColumns < 1 << 23 else {
      throw IntegerError("pooling", "a window of more than 2^23 places could overflow 32 bits")
    }
    let zero = Int32(x.parameters.storedZeroPoint)
    var (found, lowest, highest) = ([Int32](), Int32(0), Int32(0))
    forEachWindow(x) { window in
      let sum = window.reduce(Int32(0)) { $0 + Int32($1) - zero }
      (lowest, highest) = (min(lowest, sum), max(highest, sum))
      found.append(sum)
    }
    return Accumulators(values: found, range: Int(lowest)...Int(highest))
  }

  /// How many places of each window lie inside the image, [row, column]; one number where they are all
  /// as many.
  package var counts: [Int] {
    func inside(
      _ outputs: Int, _ stride: Int, _ kernel: Int, _ dilation: Int, _ before: Int, _ length: Int
    )
      -> [Int]
    {
      (0..<outputs).map { output in
        (0..<kernel).count { (0..<length).contains(output * stride + $0 * dilation - before) }
      }
    }
    let rows = inside(
      shape.outputRows, shape.strides.0, shape.kernelRows, shape.dilations.0, shape.top, shape.rows)
    let columns = inside(
      shape.outputColumns, shape.strides.1, shape.kernelColumns, shape.dilations.1, shape.left,
      shape.columns)
    let all = rows.flatMap { row in columns.map { row * $0 } }
    return Set(all).count == 1 ? [all[0]] : all
  }

  /// The places of each window that lie inside the image.
  private func forEachWindow(_ x: IntegerActivations, _ body: (ArraySlice<UInt8>) -> Void) {
    let planes = x.stored.count / (shape.rows * shape.columns)
    var window = [UInt8](repeating: 0, count: shape.kernelRows * shape.kernelColumns)
    for plane in 0..<planes {
      let start = plane * shape.rows * shape.columns
      for row in 0..<shape.outputRows {
        for column in 0..<shape.outputColumns {
          var count = 0
          for i in 0..<shape.kernelRows {
            let y = row * shape.strides.0 + i * shape.dilations.0 - shape.top
            guard y >= 0, y < shape.rows else { continue }
            for j in 0..<shape.kernelColumns {
              let z = column * shape.strides.1 + j * shape.dilations.1 - shape.left
              guard z >= 0, z < shape.columns else { continue }
              window[count] = x.stored[start + y * shape.columns + z]
              count += 1
            }
          }
          body(window[..<count])
        }
      }
    }
  }
}
