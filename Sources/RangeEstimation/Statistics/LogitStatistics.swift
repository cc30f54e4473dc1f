internal import Foundation
package import QuantizationCore
internal import QuantizationKernels

/// Logits in rows, with the softmax of each row: what a cross-entropy is computed from.
///
/// Some thirty bytes a value. Rows are compared with themselves only, so a merge may bring them in any
/// order; a row may begin in one batch and end in the next where the rows of both have one length,
/// but not across a merge.
public struct LogitStatistics: LaneStatistics {
  private var values: [Float] = []
  /// softmax(v), row by row.
  private var probabilities: [Float] = []
  /// The values weighted by p (1 - p): by how much an error there moves the softmax.
  package private(set) var weightedTails: SidedTails?
  /// The same values sorted, for ranges and least squares.
  package private(set) var sample: SampleStatistics
  /// Values that lie together in rows of one length.
  private struct Block {
    let rowLength: Int
    var count = 0
  }
  private var blocks: [Block]

  /// The length of the longest row.
  package var rowLength: Int { blocks.map(\.rowLength).max() ?? 1 }

  /// No rows yet.
  public init(shape: LaneShape) {
    blocks = [Block(rowLength: max(1, shape.rowLength))]
    sample = SampleStatistics(shape: shape)
    values.reserveCapacity(shape.count)
  }

  /// The number of values observed.
  public var count: Int { values.count }

  /// Begins a row, where the rows of this batch are of another length.
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

  /// Sorts the sample, takes the softmax of each row, in Double, and sorts once more with its weights.
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

  /// The rows as ranges of indices; the last of a block is short where values were dropped.
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

  /// The mean over rows of `logsumexp(v^) - sum softmax(v) v^`.
  ///
  /// A quantized row has few different values, so exponentials come from a table: one for each
  /// distance from the largest code of the row. Complexity: O(n + levels).
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
    // Ascending, so that the order of rows cannot decide between ranges that are equally good.
    return costs.sorted().reduce(0, +) / Double(costs.count)
  }
}
