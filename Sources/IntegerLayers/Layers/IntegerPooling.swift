internal import QuantizationCore

/// Pooling of codes over windows of each channel.
///
/// The largest real has the largest code, so a maximum needs no arithmetic. An average is a sum of
/// `q_x - z_x` with the multiplier `s_x / (s_y n)`; what lies outside the image has the code z_x where it
/// counts.
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
