import _TestSupport
import Foundation
import QuantizationCore
import RangeEstimation
import ScientificMath
import Testing

@Suite struct CrossEntropyTests {
  private func logits(rows: Int, length: Int, seed: UInt64) throws -> [Float] {
    var samples = try TestSamples(seed: seed)
    // A dense bulk of irrelevant classes and a few large logits a row.
    var values = try samples.draw(rows * length, from: .gaussian(standardDeviation: 2))
    for row in 0..<rows {
      for peak in 0..<3 {
        values[row * length + samples.index(below: length)] = 9 + Float(peak)
      }
    }
    return values
  }

  private func statistics(_ values: [Float], rowLength: Int) -> LogitStatistics {
    var statistics = LogitStatistics(shape: LaneShape(count: values.count, rowLength: rowLength))
    statistics.observe(values.span)
    statistics.seal()
    return statistics
  }

  private func softmax(_ row: [Double]) -> [Double] {
    let peak = row.max() ?? 0
    let weights = row.map { exp($0 - peak) }
    let total = weights.reduce(0, +)
    return weights.map { $0 / total }
  }

  /// -sum softmax(v) log softmax(v^), averaged over rows, term by term.
  private func direct(
    _ values: [Float], rowLength: Int, _ parameters: QuantizationParameters
  ) -> Double {
    let rows = stride(from: 0, to: values.count, by: rowLength).map { start in
      let row = values[start..<min(start + rowLength, values.count)]
      let before = softmax(row.map { Double($0) })
      let after = softmax(row.map { Double(parameters.reconstruction(of: $0)) })
      return zip(before, after).reduce(0) { $0 - $1.0 * log($1.1) }
    }
    return rows.reduce(0, +) / Double(rows.count)
  }

  @Test("cross-entropies are those of the definition", arguments: [4, 8, 12, 16])
  func definition(bits: Int) throws {
    for (count, rowLength) in [(40 * 50, 50), (7, 7), (50, 8), (12, 1)] {
      let values = try logits(rows: 1, length: count, seed: UInt64(count))
      let statistics = statistics(values, rowLength: rowLength)
      for family in GridFamily.integers {
        for share in [1, 0.6, 0.1] {
          let parameters = QuantizationParameters(
            covering: ClippingRange(-8 * share, 11 * share), on: try grid(family, bits))
          let expected = direct(values, rowLength: rowLength, parameters)
          let found = statistics.crossEntropy(with: parameters)
          // Probabilities are kept and levels are rounded in Float32.
          #expect(abs(found - expected) <= 1e-6 * max(1, expected), "\(parameters)")
        }
      }
    }
  }

  @Test("the estimator never does worse than min-max and least squares")
  func neverWorse() throws {
    for seed in [1, 2, 3] {
      let values = try logits(rows: 20, length: 30, seed: UInt64(seed))
      let statistics = statistics(values, rowLength: 30)
      let estimator = CrossEntropyEstimator(
        try EstimatorArguments([:], for: CrossEntropyEstimator.descriptor))
      for grid in grids(bits: [2, 4, 8]) {
        let found = statistics.crossEntropy(
          with: try estimator.parameters(from: statistics, on: grid))
        let covering = QuantizationParameters(covering: statistics.sample.range, on: grid)
        let leastSquares = LeastSquares.solve(statistics.sample, on: grid).parameters
        #expect(found <= statistics.crossEntropy(with: covering), "\(grid)")
        #expect(found <= statistics.crossEntropy(with: leastSquares), "\(grid)")
      }
    }
  }

  @Test("on logits at 4 bits it is strictly better than least squares")
  func betterThanLeastSquares() throws {
    let statistics = statistics(try logits(rows: 20, length: 100, seed: 9), rowLength: 100)
    let estimator = CrossEntropyEstimator(
      try EstimatorArguments([:], for: CrossEntropyEstimator.descriptor))
    for family in GridFamily.integers {
      let grid = try grid(family, 4)
      let found = try estimator.parameters(from: statistics, on: grid)
      let leastSquares = LeastSquares.solve(statistics.sample, on: grid).parameters
      #expect(
        statistics.crossEntropy(with: found) < statistics.crossEntropy(with: leastSquares),
        "\(grid)")
    }
  }

  /// The search with every cost whole, which compares costs as numbers.
  private func plain(
    _ statistics: LogitStatistics, on grid: CodeGrid
  ) throws -> QuantizationParameters {
    var search = RangeSearch(grid: grid, data: statistics.sample.range) {
      statistics.crossEntropy(with: $0)
    }
    search.consider(LeastSquares.solve(statistics.sample, on: grid).parameters)
    if grid.bits.fitsByte {
      let weighted = try #require(statistics.weightedTails).certificate(on: grid)
      search.consider(
        QuantizationParameters(
          scale: weighted.scale, zeroPoint: grid.minimumCode + weighted.codesBelow, grid: grid))
    }
    search.scan()
    search.descend()
    return search.best
  }

  @Test(
    "costs that are given up early do not change the answer",
    arguments: [(1, 2), (3, 7), (2, 16), (40, 17), (700, 50), (3, 9000), (5000, 3)])
  func givenUp(rows: Int, length: Int) throws {
    let estimator = CrossEntropyEstimator(
      try EstimatorArguments([:], for: CrossEntropyEstimator.descriptor))
    var values = try logits(rows: rows, length: length, seed: UInt64(rows))
    // Equal rows, rows of equal values, and a last row that is short.
    for index in 0..<length where rows > 2 { values[length + index] = values[index] }
    for index in 0..<length where rows > 3 { values[2 * length + index] = 1 }
    if rows > 2 { values.removeLast() }
    let statistics = statistics(values, rowLength: length)
    for grid in grids(bits: [2, 4, 8]) + [try grid(.affineUnsigned, 12)] {
      let found = try estimator.parameters(from: statistics, on: grid)
      #expect(found == (try plain(statistics, on: grid)), "\(grid)")
    }
  }

  @Test("where all quantizers cost the same, the first stays")
  func equalCosts() throws {
    let estimator = CrossEntropyEstimator(
      try EstimatorArguments([:], for: CrossEntropyEstimator.descriptor))
    let statistics = statistics([Float](repeating: 2, count: 40), rowLength: 4)
    let grid = try grid(.affineUnsigned, 4)
    #expect(try estimator.parameters(from: statistics, on: grid) == plain(statistics, on: grid))
  }

  @Test("rows of one element have no softmax")
  func notDefined() throws {
    let statistics = statistics([1, 2, 3], rowLength: 1)
    let estimator = CrossEntropyEstimator(
      try EstimatorArguments([:], for: CrossEntropyEstimator.descriptor))
    let expected = EstimationError.notDefined(
      reason: "rows of one element; a softmax needs at least two")
    let grid = try grid(.affineUnsigned, 8)
    #expect(throws: expected) { try estimator.parameters(from: statistics, on: grid) }
  }
}
