internal import CIntegerKernels
package import QuantizationCore

/// A linear layer in integers: `a = sum (q_x - z_x) (q_w - z_w) + q_b` for each row and output.
///
/// The kernel sums `q_x q_w` alone. The rest is a number for each output, worked out here once,
///
///     c = q_b - z_x sum q_w + K z_x z_w
///
/// and `z_w sum q_x` for each row, where z_w is not 0. See ``ReferenceLayers``.
package struct IntegerLinear: Sendable {
  /// What messages call it.
  package let layer: String
  /// The codes of the weights.
  package let weights: IntegerWeights
  /// The quantizer of the input.
  package let input: QuantizationParameters
  /// The largest magnitude that an accumulator can have, whatever the codes of the input are:
  /// `max |q_x - z_x| sum |q_w - z_w| + |q_b|` of the worst output.
  package let bound: Int
  private let bias: [Int]?
  private let wrapped: [Int32]
  private let zeroPoints: [Int32]

  /// A layer.
  ///
  /// - Parameters:
  ///   - layer: What messages call it.
  ///   - weights: A row for each output.
  ///   - bias: Codes with the scale `s_x s_w`; nothing for none.
  ///   - input: The quantizer of the input, of byte codes.
  /// - Throws: ``IntegerError`` where the bias or the codes of the input do not fit.
  package init(
    _ layer: String, weights: IntegerWeights, bias: [Int]? = nil, input: QuantizationParameters
  ) throws(IntegerError) {
    guard input.hasByteCodes else {
      throw IntegerError(layer, "its input has the codes \(input.grid.codes); expected 8 bits")
    }
    guard bias == nil || bias?.count == weights.rows else {
      throw IntegerError(layer, "\(bias?.count ?? 0) biases; expected \(weights.rows)")
    }
    (self.layer, self.weights, self.bias, self.input) = (layer, weights, bias, input)
    let zero = input.storedZeroPoint
    // A stored code is any byte: codes of fewer bits are no promise of whoever made them.
    let reach = max(zero, 255 - zero)
    var (constants, bound) = ([Int](), 0)
    for row in 0..<weights.rows {
      let own = bias?[row] ?? 0
      constants.append(
        own - zero * weights.rowSums[row] + weights.columns * zero * weights.zeroPoints[row])
      bound = max(bound, reach * weights.magnitudes[row] + abs(own))
    }
    self.bound = bound
    wrapped = constants.map { Int32(truncatingIfNeeded: $0) }
    zeroPoints = weights.isSymmetric ? [] : weights.zeroPoints.map { Int32($0) }
  }

  /// q_b of an output.
  func bias(_ output: Int) -> Int { bias?[output] ?? 0 }

  /// The accumulators of rows of codes, [row, output].
  ///
  /// - Parameters:
  ///   - x: The codes as stored, rows of as many as the weights have columns.
  ///   - path: The instruction set; it does not change results.
  /// - Throws: ``IntegerError`` where an accumulator does not fit 32 bits.
  ///
  /// Complexity: O(rows columns outputs); a buffer of some 100 rows beside the result.
  package func accumulate(
    _ x: Span<UInt8>, path: IntegerPath = .best
  ) throws(IntegerError) -> Accumulators {
    let columns = weights.columns
    guard columns > 0, x.count % columns == 0 else {
      throw IntegerError(layer, "\(x.count) codes; expected rows of \(columns)")
    }
    let rows = x.count / columns
    var found = [Int32](repeating: 0, count: rows * weights.rows)
    let block = RowBlock(self, rows: rows, path)
    for first in stride(from: 0, to: rows, by: block.rows) {
      let count = min(block.rows, rows - first)
      x.withUnsafeBufferPointer { source in
        guard let from = source.baseAddress else { return }
        for row in 0..<count {
          (block.x.start + row * block.depth).update(
            from: from + (first + row) * columns, count: columns)
        }
      }
      var target = found.mutableSpan
      try target.withUnsafeMutableBufferPointer { buffer throws(IntegerError) in
        guard let to = buffer.baseAddress else { return }
        try accumulate(block, count: count, into: to + first * weights.rows)
      }
    }
    return Accumulators(values: found, range: block.range)
  }

  /// The accumulators of the rows in a block.
  func accumulate(
    _ block: RowBlock, count: Int, into found: UnsafeMutablePointer<Int32>
  ) throws(IntegerError) {
    guard bound <= Int(Int32.max) else {
      return try accumulateWide(block, count: count, into: found)
    }
    let loops = block.path.loops.pointee
    let packed = weights.packed
    loops.multiply(
      block.x.start, Int64(count), Int64(packed.depth), packed.panels.start,
      Int64(packed.panelCount), block.sums.start)
    if !zeroPoints.isEmpty {
      loops.row_sums(
        block.x.start, Int64(count), Int64(weights.columns), Int64(packed.depth),
        block.rowSums.start)
    }
    let stride = packed.panelCount * Int(RL_PANEL)
    for row in 0..<count {
      loops.finish_row(
        block.sums.start + row * stride, Int64(weights.rows), wrapped,
        zeroPoints.isEmpty ? 0 : block.rowSums.start[row],
        zeroPoints.isEmpty ? nil : zeroPoints, found + row * weights.rows, &block.lowest,
        &block.highest)
    }
  }

  /// The same in 64 bits, for layers whose accumulators could pass 32: each is looked at.
  private func accumulateWide(
    _ block: RowBlock, count: Int, into found: UnsafeMutablePointer<Int32>
  ) throws(IntegerError) {
    let columns = weights.columns
    for row in 0..<count {
      let x = block.x.start + row * block.depth
      for output in 0..<weights.rows {
        let (zero, other) = (input.storedZeroPoint, weights.zeroPoints[output])
        var sum = bias(output)
        for k in 0..<columns {
          sum += (Int(x[k]) - zero) * (Int(weights.stored[output * columns + k]) - other)
        }
        guard let fit = Int32(exactly: sum) else {
          throw IntegerError(
            layer,
            "the accumulator \(sum) of output \(output) overflows 32 bits; expected at most "
              + "\(Int32.max) in magnitude: a smaller bias, or fewer products of smaller codes")
        }
        found[row * weights.rows + output] = fit
        block.lowest = min(block.lowest, fit)
        block.highest = max(block.highest, fit)
      }
    }
  }
}

/// The memory for some rows of a product, used again and again, and the range of what was found.
final class RowBlock {
  /// The rows that have room.
  let rows: Int
  /// The bytes of a row of activations.
  let depth: Int
  let path: IntegerPath
  let x: AlignedArray<UInt8>
  let sums: AlignedArray<Int32>
  let rowSums: AlignedArray<Int32>
  var lowest: Int32 = 0
  var highest: Int32 = 0

  /// Room for up to so many rows, as far as they fit a cache.
  init(_ layer: IntegerLinear, rows wanted: Int, _ path: IntegerPath) {
    let packed = layer.weights.packed
    let bytes = packed.depth + 4 * packed.panelCount * Int(RL_PANEL)
    // Multiples of 32 rows, which are a block of tiles.
    let most = max(32, Self.cacheBytes / bytes / 32 * 32)
    rows = max(1, min(wanted, most))
    (depth, self.path) = (packed.depth, path)
    x = AlignedArray(rows * packed.depth, zero: 0)
    sums = AlignedArray(rows * packed.panelCount * Int(RL_PANEL), zero: 0)
    rowSums = AlignedArray(rows, zero: 0)
  }

  private static let cacheBytes = 512 << 10

  var range: ClosedRange<Int> { Int(lowest)...Int(highest) }
}
