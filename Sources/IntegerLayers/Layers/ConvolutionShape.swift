/// The sizes of a convolution over images of two axes; one of one axis has a single row.
package struct ConvolutionShape: Hashable, Sendable {
  /// Channels, rows and columns of the input.
  package let channels: Int, rows: Int, columns: Int
  /// Output channels, and rows and columns of the kernel.
  package let outputs: Int, kernelRows: Int, kernelColumns: Int
  /// Groups of channels that do not see each other.
  package let groups: Int
  /// Steps between neighbouring outputs, rows first.
  package var strides: (Int, Int) { (steps[0], steps[1]) }
  /// Steps between neighbouring weights, rows first.
  package var dilations: (Int, Int) { (steps[2], steps[3]) }
  private let steps: [Int]
  /// Rows above and below, columns to the left and to the right that are added.
  package let top: Int, left: Int, bottom: Int, right: Int

  /// Sizes of a convolution.
  ///
  /// - Parameters:
  ///   - layer: What messages call it.
  ///   - padding: Above, to the left, below, to the right, as ONNX orders it.
  /// - Throws: ``IntegerError`` where the sizes do not go together.
  package init(
    _ layer: String, channels: Int, rows: Int, columns: Int, outputs: Int, kernel: (Int, Int),
    groups: Int = 1, strides: (Int, Int) = (1, 1), dilations: (Int, Int) = (1, 1),
    padding: [Int] = [0, 0, 0, 0]
  ) throws(IntegerError) {
    (self.channels, self.rows, self.columns) = (channels, rows, columns)
    (self.outputs, kernelRows, kernelColumns) = (outputs, kernel.0, kernel.1)
    self.groups = groups
    steps = [strides.0, strides.1, dilations.0, dilations.1]
    guard padding.count == 4, padding.allSatisfy({ $0 >= 0 }), steps.allSatisfy({ $0 > 0 }),
      kernel.0 > 0, kernel.1 > 0
    else {
      throw IntegerError(layer, "strides \(steps), padding \(padding); expected none below 0")
    }
    (top, left, bottom, right) = (padding[0], padding[1], padding[2], padding[3])
    guard groups > 0, channels > 0, channels % groups == 0, outputs % groups == 0 else {
      throw IntegerError(
        layer, "\(channels) channels to \(outputs) in \(groups) groups; expected multiples")
    }
    guard spanRows >= 0, spanColumns >= 0 else {
      throw IntegerError(
        layer, "a kernel of \(kernel) for an input of \(rows) x \(columns); expected a smaller one")
    }
  }

  /// The rows of the output: `floor((H + padding - dilation (kernel - 1) - 1) / stride) + 1`.
  package var outputRows: Int { spanRows / strides.0 + 1 }

  /// The columns of the output.
  package var outputColumns: Int { spanColumns / strides.1 + 1 }

  /// How far a kernel can move down and to the right; below 0 where it does not fit.
  private var spanRows: Int { rows + top + bottom - dilations.0 * (kernelRows - 1) - 1 }
  private var spanColumns: Int { columns + left + right - dilations.1 * (kernelColumns - 1) - 1 }

  /// The products of an output.
  package var products: Int { channels / groups * kernelRows * kernelColumns }
}
