internal import Foundation
package import QuantizationCore
internal import QuantizationKernels

/// Logits in rows, with the softmax of each row.
///
/// A cross-entropy is computed from them.
///
/// Memory: about thirty bytes for each value. The order of rows does not affect results, so statistics
/// may be merged in any order. A row may begin in one batch and end in the next if the rows of both
/// batches have the same length; it may not continue after a merge.
public struct LogitStatistics: LaneStatistics {
  private var values: [Float] = []
  /// The softmax of each row; as many as the values, in their order.
  private var probabilities: [Float] = []
  /// The values with weights p (1 - p), where p is the softmax of the value.
  ///
  /// The weight tells by how much an error of the value changes the softmax. nil until the
  /// statistic is sealed.
  package private(set) var weightedTails: SidedTails?
  /// The distribution of the same values without rows, for ranges and least squares.
  package private(set) var sample: SampleStatistics
  /// Consecutive values in rows of one length.
  private struct Block {
    let rowLength: Int
    var count = 0
  }
  private var blocks: [Block]

  /// The length of the longest row.
  package var rowLength: Int { blocks.map(\.rowLength).max() ?? 1 }

  /// Creates a statistic of no rows.
  public init(shape: LaneShape) {
    blocks = [Block(rowLength: max(1, shape.rowLength))]
    sample = SampleStatistics(shape: shape)
    values.reserveCapacity(shape.count)
  }

  /// The number of values observed.
  public var count: Int { values.count }

  /// Begins a new row if the rows of this batch have another length than those before.
  public mutating func beginBatch(shape: LaneShape) {
    begin(rowLength: max(1, shape.rowLength))
  }

  private mutating func begin(rowLength: Int) {
    guard blocks[blocks.count - 1].rowLength != rowLength else { return }
    if blocks[blocks.count - 1].count == 0 { blocks.removeLast() }
    blocks.append(Block(rowLength: rowLength))
  }

  /// Appends a batch.
  public mutating func observe(_ batch: Span<Float>) {
    blocks[blocks.count - 1].count += batch.count
    batch.withUnsafeBufferPointer { values.append(contentsOf: $0) }
    sample.observe(batch)
  }

  /// Appends the rows of another statistic.
  public mutating func merge(_ other: LogitStatistics) {
    values.append(contentsOf: other.values)
    for block in other.blocks where block.count > 0 {
      begin(rowLength: block.rowLength)
      blocks[blocks.count - 1].count += block.count
    }
    sample.merge(other.sample)
  }

  /// Sorts the values, computes the softmax of each row in Double, and sorts the values with their
  /// weights.
  ///
  /// - Complexity: O(n log n).
  public mutating func seal() {
    sample.seal()
    probabilities.reserveCapacity(values.count)
    for row in rows {
      let peak = Double(values[row].max() ?? 0)
      let weights = values[row].map { exp(Double($0) - peak) }
      let total = weights.reduce(0, +)
      probabilities.append(contentsOf: weights.lazy.map { Float($0 / total) })
    }
    weightedTails = SidedTails(values, weights: probabilities.map { $0 * (1 - $0) })
  }

  /// The rows as ranges of indices.
  ///
  /// The last row of a block is short if values were dropped.
  private var rows: [Range<Int>] {
    var start = 0
    return blocks.flatMap { block in
      let end = start + block.count
      defer { start = end }
      return stride(from: start, to: end, by: block.rowLength).map {
        $0..<min($0 + block.rowLength, end)
      }
    }
  }

  /// The cross-entropy between the softmax of the values v and that of their reconstructions v^: the
  /// mean over rows of `logsumexp(v^) - sum softmax(v) v^`.
  ///
  /// Exponentials come from a table with one entry for each distance from the largest code of a row.
  ///
  /// - Complexity: O(n + levels).
  package func crossEntropy(with parameters: QuantizationParameters) -> Double {
    switch CodeStorage(for: parameters.grid) {
    case .int8: crossEntropy(parameters, Int8.self)
    case .uint8: crossEntropy(parameters, UInt8.self)
    case .int16: crossEntropy(parameters, Int16.self)
    case .uint16: crossEntropy(parameters, UInt16.self)
    }
  }

  private func crossEntropy<Code: FixedWidthInteger>(
    _ parameters: QuantizationParameters, _: Code.Type
  ) -> Double {
    var codes = [Code](repeating: 0, count: values.count)
    var target = codes.mutableSpan
    Kernels.quantize(values.span, with: parameters, into: &target)
    let scale = Double(parameters.scale)
    let decay = (0...parameters.grid.steps).map { exp(-scale * Double($0)) }
    let costs = rows.map { row in
      var largest = codes[row.lowerBound]
      for index in row { largest = max(largest, codes[index]) }
      // Relative to the largest code: log sum exp(v^ - peak) - sum p (v^ - peak), as sum p = 1.
      var sum = 0.0
      var expected = 0.0
      for index in row {
        let distance = Int(largest) - Int(codes[index])
        sum += decay[distance]
        expected += Double(probabilities[index]) * Double(distance)
      }
      return log(sum) + scale * expected
    }
    // The costs are added in ascending order, so the order of rows does not affect the sum.
    return costs.sorted().reduce(0, +) / Double(costs.count)
  }
}
