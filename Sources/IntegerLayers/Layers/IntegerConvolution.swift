internal import CIntegerKernels
package import QuantizationCore

/// A convolution in integers over images [batch, channel, row, column].
///
/// Each window of the input becomes a row of codes, and the rows are multiplied with the weights as a linear
/// layer does, group by group. Where each group has one input channel (depthwise), taps are added one by one
/// along rows of the image. What lies outside the image has the code z_x, which is real zero.
package struct IntegerConvolution: Sendable {
  /// What messages call it.
  package let layer: String
  /// The sizes.
  package let shape: ConvolutionShape
  /// The quantizer of the input.
  package let input: QuantizationParameters
  /// The scale of each output channel.
  package let scales: [Float]
  /// The largest magnitude that an accumulator can have.
  package let bound: Int
  private let groups: [IntegerLinear]

  /// A convolution.
  ///
  /// - Parameters:
  ///   - codes: The codes of weights, [output channel, channel of the group, row, column].
  ///   - zeroPoints: One, or one for each output channel.
  ///   - scales: The same.
  ///   - bias: Codes with the scale `s_x s_w` for each output channel.
  /// - Throws: ``IntegerError`` where counts or codes do not fit.
  package init(
    _ layer: String, _ shape: ConvolutionShape, codes: [Int], isSigned: Bool, zeroPoints: [Int],
    scales: [Float], bias: [Int]? = nil, input: QuantizationParameters
  ) throws(IntegerError) {
    let (rows, columns) = (shape.outputs / shape.groups, shape.products)
    guard codes.count == shape.outputs * columns else {
      throw IntegerError(
        layer, "\(codes.count) weights; expected \(shape.outputs) x \(columns)")
    }
    func part<Element>(_ all: [Element], _ group: Int) -> [Element] {
      all.count == shape.outputs && all.count > 1
        ? Array(all[group * rows..<(group + 1) * rows]) : all
    }
    guard bias == nil || bias?.count == shape.outputs else {
      throw IntegerError(layer, "\(bias?.count ?? 0) biases; expected \(shape.outputs)")
    }
    var groups: [IntegerLinear] = []
    for group in 0..<shape.groups {
      let weights = try IntegerWeights(
        layer, codes: Array(codes[group * rows * columns..<(group + 1) * rows * columns]),
        rows: rows, columns: columns, isSigned: isSigned, zeroPoints: part(zeroPoints, group),
        scales: part(scales, group))
      groups.append(
        try IntegerLinear(
          layer, weights: weights, bias: bias.map { Array($0[group * rows..<(group + 1) * rows]) },
          input: input))
    }
    (self.layer, self.shape, self.input, self.groups) = (layer, shape, input, groups)
    self.scales = groups.flatMap(\.weights.scales)
    bound = groups.reduce(0) { max($0, $1.bound) }
  }

  /// The accumulators, [batch, output channel, row, column].
  ///
  /// - Parameters:
  ///   - x: The codes as stored, [batch, channel, row, column].
  ///   - path: The instruction set; it does not change results.
  /// - Throws: ``IntegerError`` where an accumulator does not fit 32 bits.
  ///
  /// Complexity: O(outputs products); some windows are in memory at a time.
  package func accumulate(
    _ x: Span<UInt8>, path: IntegerPath = .best
  ) throws(IntegerError) -> Accumulators {
    let size = shape.channels * shape.rows * shape.columns
    guard x.count % size == 0 else {
      throw IntegerError(
        layer,
        "\(x.count) codes; expected images of \(shape.channels) x \(shape.rows) x "
          + "\(shape.columns)")
    }
    let (batch, places) = (x.count / size, shape.outputRows * shape.outputColumns)
    var found = [Int32](repeating: 0, count: batch * shape.outputs * places)
    var range = 0...0
    var target = found.mutableSpan
    try target.withUnsafeMutableBufferPointer { found throws(IntegerError) in
      try x.withUnsafeBufferPointer { x throws(IntegerError) in
        guard let from = x.baseAddress, let to = found.baseAddress else { return }
        let isDepthwise = shape.channels == shape.groups && bound <= Int(Int32.max)
        let image = isDepthwise ? PaddedChannel(shape, input) : nil
        let outputs = shape.outputs / shape.groups
        for (place, group) in groups.enumerated() {
          let block = image == nil ? RowBlock(group, rows: places, path) : nil
          for sample in 0..<batch {
            let source =
              from + sample * size + place * shape.channels / shape.groups
              * shape.rows * shape.columns
            let sink = to + (sample * shape.outputs + place * outputs) * places
            if let image {
              image.load(source)
              range = range.merged(with: image.convolve(group, path, into: sink))
            } else if let block {
              try multiply(group, block, source, into: sink)
              range = range.merged(with: block.range)
            }
          }
        }
      }
    }
    return Accumulators(values: found, range: range)
  }

  /// One group of one image, window by window.
  private func multiply(
    _ group: IntegerLinear, _ block: RowBlock, _ x: UnsafePointer<UInt8>,
    into found: UnsafeMutablePointer<Int32>
  ) throws(IntegerError) {
    let (places, outputs) = (shape.outputRows * shape.outputColumns, group.weights.rows)
    let windows = Windows(shape, padding: UInt8(input.storedZeroPoint))
    let room = AlignedArray<Int32>(block.rows * outputs, zero: 0)
    for first in stride(from: 0, to: places, by: block.rows) {
      let count = min(block.rows, places - first)
      for row in 0..<count {
        windows.write(first + row, of: x, to: block.x.start + row * block.depth)
      }
      try group.accumulate(block, count: count, into: room.start)
      for output in 0..<outputs {
        let sink = found + output * places + first
        for row in 0..<count { sink[row] = room.start[row * outputs + output] }
      }
    }
  }
}

extension ClosedRange<Int> {
  /// The range that has both.
  func merged(with other: ClosedRange<Int>) -> ClosedRange<Int> {
    Swift.min(lowerBound, other.lowerBound)...Swift.max(upperBound, other.upperBound)
  }
}
