internal import CStandardLibrary
package import QuantizationCore
internal import QuantizationKernels

/// Logits in rows, with the softmax of each row.
///
/// A cross-entropy is computed from them.
///
/// Memory: about thirty bytes for each value, and a few for each row. The order of rows does not affect results, so statistics
/// may be merged in any order. A row may begin in one batch and end in the next if the rows of both
/// batches have the same length; it may not continue after a merge.
public struct LogitStatistics: LaneStatistics {
  private var values: [Float] = []
  /// The softmax of each row; nil until the statistic is sealed.
  private var softmax: SoftmaxRows?
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
  /// - Complexity: O(n).
  public mutating func seal() {
    sample.seal()
    let softmax = SoftmaxRows(values, rows: rows)
    self.softmax = softmax
    weightedTails = SidedTails(values, weights: softmax.probabilities.map { $0 * (1 - $0) })
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

  /// A quantizer of a search, and its cross-entropy up to rounding.
  typealias Candidate = (parameters: QuantizationParameters, cost: Double)

  /// The cross-entropy of a quantizer, up to rounding, if it is less than that of another one; nil if
  /// it is not.
  ///
  /// Which of them has less is decided as ``crossEntropy(with:)`` decides, which is called only where
  /// both are equal up to rounding.
  ///
  /// - Parameters:
  ///   - parameters: A quantizer of evenly spaced levels.
  ///   - best: The other quantizer, with the result of this function; nil if there is none.
  func crossEntropy(with parameters: QuantizationParameters, below best: Candidate?) -> Double? {
    guard let softmax else { preconditionFailure("asked before it was sealed") }
    guard let best else { return softmax.cost(of: values, with: parameters, below: .infinity) }
    let margin = 2 * softmax.precision * (1 + best.cost)
    let cost = softmax.cost(of: values, with: parameters, below: best.cost + margin)
    guard let cost, cost >= best.cost - margin else { return cost }
    return crossEntropy(with: parameters) < crossEntropy(with: best.parameters) ? cost : nil
  }

  private func crossEntropy<Code: FixedWidthInteger>(
    _ parameters: QuantizationParameters, _: Code.Type
  ) -> Double {
    var codes = [Code](repeating: 0, count: values.count)
    var target = codes.mutableSpan
    Kernels.quantize(values.span, with: parameters, into: &target)
    let scale = Double(parameters.scale)
    let decay = (0...parameters.grid.steps).map { exp(-scale * Double($0)) }
    let probabilities = softmax?.probabilities ?? []
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
