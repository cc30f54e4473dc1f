import ExperimentRunner
import QuantizationCore
import RangeEstimation
import ResultRecords
import TensorIO
import Testing

/// Cells that are worked on together come to what each comes to alone.
@Suite struct CellWorkTests {
  private static let shape = [6, 4, 50]
  private static let values = (0..<1200).map { index in
    let phase = Float(index % 109) / 109 - 0.4
    return phase * phase * phase * (index % 500 == 0 ? 90 : 1 + Float(index % 7))
  }

  /// More cells than are measured in one pass, a rule that skips, and two choices of batches.
  private func requests(_ granularity: Granularity, batches: Int) throws -> [CellRequest] {
    let rules = ["minmax", "mse", "percentile", "moving-average-minmax", "hqq"]
    let choices = ["all", "0..3"].prefix(batches > 1 ? 2 : 1)
    return try choices.flatMap { choice in
      let split = try CalibrationChoice(choice)?.split(of: batches)
      return try rules.flatMap { name in
        let estimator = try EstimatorRegistry.builtIn.parse(name)
        return try [GridFamily.symmetricNarrow, .affineSigned].flatMap { family in
          try [2, 3, 4].map { bits in
            CellRequest(
              estimator,
              ResultRecord.Key(
                tensor: "x", estimator: estimator.name,
                grid: CodeGrid(family, bits: try #require(BitWidth(bits))),
                granularity: granularity, split: split))
          }
        }
      }
    }
  }

  @Test(
    "for any number of workers, lanes and batches",
    arguments: [Granularity.tensor, .channel(axis: 1), .group(size: 25, axis: 2)], [1, 6])
  func together(granularity: Granularity, batches: Int) throws {
    let tensor = Tensor(shape: Self.shape, values: Self.values)
    let layout = try BatchLayout(cutting: Self.shape, into: batches)
    let cut = try TensorBatches(tensor, layout, granularity)
    let requests = try requests(granularity, batches: batches)
    let alone = try requests.map { request in
      var work = CellWork(Evaluation(cut))
      return ResultTable.line(try work.outcomes(of: [request])[0].record)
    }
    // One choice of quantizers is measured by lanes.
    for (request, row) in zip(requests, alone).prefix(4) {
      var work = CellWork(Evaluation(cut, workers: Workers(5)), includingOptima: true)
      #expect(ResultTable.line(try work.outcomes(of: [request])[0].record) == row)
    }
    for workers in [1, 2, 5] {
      var work = CellWork(Evaluation(cut, workers: Workers(workers)))
      let together = try work.outcomes(of: requests)
      #expect(together.map { ResultTable.line($0.record) } == alone, "\(workers) workers")
    }
    #expect(alone.contains { $0.contains("skipped") } && alone.contains { $0.contains(",ok,") })
  }
}
