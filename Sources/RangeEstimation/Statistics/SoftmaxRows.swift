internal import CStandardLibrary
internal import QuantizationCore
internal import QuantizationKernels

/// Rows of logits with their softmax, for searches that compare the cross-entropies of many quantizers.
///
/// Most quantizers of a search lose to the best one so far by far, and then a part of the rows proves
/// it: each of the others costs at least its entropy, which no quantizer can change.
struct SoftmaxRows: Sendable {
  /// The numbers of values that are looked at between two questions whether to go on.
  private static let chunkSize = 4096
  /// Every sixteenth chunk comes first, so that the first few are like all of them.
  private static let turns = 16

  /// Whole rows of one length.
  private struct Chunk {
    let values: Range<Int>
    let rows: Range<Int>
    /// A lower bound of the sum of the costs of its rows with any quantizer.
    let floor: Double
  }

  /// The softmax of each row; as many as the values, in their order.
  private(set) var probabilities: [Float] = []
  /// The largest value of each row.
  private var peaks: [Float] = []
  private var chunks: [Chunk] = []
  private var longest = 0

  /// Computes the softmax of each row in Double.
  ///
  /// - Parameters:
  ///   - values: All values.
  ///   - rows: The rows as ranges of indices, in order.
  init(_ values: [Float], rows: [Range<Int>]) {
    probabilities.reserveCapacity(values.count)
    peaks.reserveCapacity(rows.count)
    var weights: [Double] = []
    var (first, floor) = (0, 0.0)
    for (index, row) in rows.enumerated() {
      floor += append(values[row], &weights)
      let isLast = index + 1 == rows.count || rows[index + 1].count != row.count
      if isLast || row.upperBound - rows[first].lowerBound >= Self.chunkSize {
        chunks.append(
          Chunk(
            values: rows[first].lowerBound..<row.upperBound, rows: first..<index + 1, floor: floor))
        (first, floor) = (index + 1, 0)
      }
      longest = max(longest, row.count)
    }
  }

  /// Appends the softmax of a row and returns a lower bound of its cost.
  ///
  /// For probabilities p with the sum P, and reconstructions whose largest is 0, the cost is
  /// `logsumexp(v^) - sum p v^`, of which neither term is negative. By the inequality of Gibbs it is at
  /// least min(P, 1) times the entropy of p / P. The logarithm of p is that of the softmax in Double, to
  /// half a unit in the last place of a Float.
  private mutating func append(_ row: ArraySlice<Float>, _ weights: inout [Double]) -> Double {
    let peak = row.max() ?? 0
    weights.removeAll(keepingCapacity: true)
    var total = 0.0
    for value in row {
      let weight = exp(Double(value) - Double(peak))
      weights.append(weight)
      total += weight
    }
    var (mass, mean) = (0.0, 0.0)
    for (value, weight) in zip(row, weights) {
      let probability = Float(weight / total)
      probabilities.append(probability)
      mass += Double(probability)
      mean += Double(probability) * (Double(value) - Double(peak))
    }
    peaks.append(peak)
    let entropy = log(mass) + log(total) - mean / mass
    return max(0, min(mass, 1) * (entropy - 0x1.1p-24))
  }

  /// The number of rows.
  var count: Int { peaks.count }

  /// The largest difference between ``cost(of:with:below:)`` and a cost of which the sums are added in
  /// another order, as a share of one more than the cost.
  ///
  /// No term of a cost is negative, so each addition changes it by at most 2^-53 of itself.
  var precision: Double { Double(longest + count + 16) * 0x1p-50 }

  /// The mean over rows of `logsumexp(v^) - sum p v^`, up to ``precision``; nil if that is more than a
  /// bound.
  ///
  /// - Parameters:
  ///   - values: The values of all rows.
  ///   - parameters: A quantizer of evenly spaced levels.
  ///   - bound: A bound of the mean.
  func cost(
    of values: [Float], with parameters: QuantizationParameters, below bound: Double
  ) -> Double? {
    let scale = Double(parameters.scale)
    let decay = (0...parameters.grid.steps).map { exp(-scale * Double($0)) }
    let limit = bound * Double(count)
    var floor = chunks.reduce(0) { $0 + $1.floor }
    floor -= precision * (floor + 1)
    var cost = 0.0
    for turn in 0..<Self.turns {
      for index in stride(from: turn, to: chunks.count, by: Self.turns) {
        let chunk = chunks[index]
        cost += self.cost(of: chunk, values, parameters, decay)
        floor -= chunk.floor
        guard cost + floor <= limit else { return nil }
      }
    }
    return cost / Double(count)
  }

  /// The sum of the costs of the rows of a chunk.
  private func cost(
    of chunk: Chunk, _ values: [Float], _ parameters: QuantizationParameters, _ decay: [Double]
  ) -> Double {
    var (logarithms, product, expected) = (0.0, 1.0, 0.0)
    Kernels.forEachRow(
      of: values.span.extracting(chunk.values),
      probabilities: probabilities.span.extracting(chunk.values),
      peaks: peaks.span.extracting(chunk.rows), with: parameters, decay: decay.span
    ) { row in
      // A sum is from 1 to the length of the row: many of them have one logarithm.
      product *= row.sum
      if product > 0x1p900 {
        logarithms += log(product)
        product = 1
      }
      expected += row.expected
    }
    return logarithms + log(product) + Double(parameters.scale) * expected
  }
}
