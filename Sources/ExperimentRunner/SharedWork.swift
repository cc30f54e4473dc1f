internal import QuantizationCore
internal import RangeEstimation
internal import ResultRecords

/// What cells share, done once and timed, so that each is charged what it would take alone: the
/// statistic its estimator reads, and for `mse` the search that every regret needs.
///
/// Without it the first estimator would pay for all, and the optimum would come for nothing.
struct SharedWork {
  private struct Share: Hashable {
    let batches: BatchSet?
    let statistic: ObjectIdentifier
  }

  private struct Search: Hashable {
    let batches: BatchSet?
    let grid: CodeGrid
  }

  private var statistics = LongestTimes<Share>()
  private var searches: [Search: Double] = [:]

  /// Does what a cell shares with others and returns its seconds; what was done before is charged
  /// again.
  ///
  /// - Throws: What reading the tensor throws.
  mutating func charge(_ cell: ExperimentCell, _ evaluation: inout Evaluation) throws -> Double {
    evaluation.select(cell.key.split)
    let grid = cell.key.grid
    let optimum = try EstimatorRegistry.builtIn.parse("mse").estimator
    let forOptimum = grid.bits.fitsByte ? try read(for: optimum, cell, &evaluation) : 0
    let search = Search(batches: cell.key.split?.heldOut, grid: grid)
    let searching = try searches[search] ?? timed { _ = try evaluation.optimum(on: grid) }
    searches[search] = searching
    if cell.estimator.estimator is MeanSquaredErrorEstimator, cell.key.split == nil {
      return forOptimum + searching
    }
    return try read(for: cell.estimator.estimator, cell, &evaluation)
  }

  /// The seconds of reading the tensor into the statistic of an estimator.
  private mutating func read(
    for estimator: some RangeEstimator, _ cell: ExperimentCell, _ evaluation: inout Evaluation
  ) throws -> Double {
    let seconds = try timed { try evaluation.prepare(for: estimator, on: cell.key.grid) }
    let share = Share(
      batches: cell.key.split?.calibration,
      statistic: ObjectIdentifier(type(of: estimator).Statistics.self))
    // Once it is kept, or where none is needed, preparing takes no time.
    return statistics.charge(seconds, for: share)
  }

  private func timed(_ work: () throws -> Void) rethrows -> Double {
    try ContinuousClock().measure(work) / .seconds(1)
  }
}

/// What something took when it was done, charged to all that have use of it.
package struct LongestTimes<Work: Hashable> {
  private var seconds: [Work: Double] = [:]

  /// Nothing is done yet.
  package init() {}

  /// The longest that the work took so far, this time included: later it is there already.
  package mutating func charge(_ seconds: Double, for work: Work) -> Double {
    let longest = max(self.seconds[work] ?? 0, seconds)
    self.seconds[work] = longest
    return longest
  }
}
