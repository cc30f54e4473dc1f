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
  private var searches = LongestTimes<Search>()

  /// Does what cells share with others and returns the seconds of each; what was done before is
  /// charged again.
  ///
  /// - Parameters:
  ///   - cells: Cells with the same batches.
  ///   - includingOptima: Whether every cell wants the certified optimum on its grid.
  /// - Throws: What reading the tensor throws.
  mutating func charge(
    _ cells: some Collection<CellRequest>, _ evaluation: inout Evaluation, includingOptima: Bool
  ) throws -> [Double] {
    var searching: [CodeGrid: Double] = [:]
    if includingOptima, let first = cells.first {
      let grids = Set(cells.lazy.map(\.key.grid).filter(\.bits.fitsByte))
      let ordered = grids.sorted { ($0.bits, $0.family.gridName) < ($1.bits, $1.family.gridName) }
      let optimum = try EstimatorRegistry.builtIn.parse("mse").estimator
      let batches = first.key.split
      for grid in ordered {
        searching[grid] = try read(for: optimum, on: grid, batches?.calibration, &evaluation)
      }
      for (grid, seconds) in zip(ordered, try evaluation.findOptima(on: ordered)) {
        searching[grid, default: 0] += searches.charge(
          seconds, for: Search(batches: batches?.heldOut, grid: grid))
      }
    }
    return try cells.map { cell in
      if cell.estimator.estimator is MeanSquaredErrorEstimator, cell.key.split == nil,
        let seconds = searching[cell.key.grid]
      {
        return seconds
      }
      return try read(
        for: cell.estimator.estimator, on: cell.key.grid, cell.key.split?.calibration, &evaluation)
    }
  }

  /// The seconds of reading batches of the tensor into the statistic of an estimator.
  private mutating func read(
    for estimator: some RangeEstimator, on grid: CodeGrid, _ batches: BatchSet?,
    _ evaluation: inout Evaluation
  ) throws -> Double {
    let seconds = try ContinuousClock().measure {
      try evaluation.prepare(for: estimator, on: grid)
    }
    let share = Share(
      batches: batches, statistic: ObjectIdentifier(type(of: estimator).Statistics.self))
    // Once it is kept, or where none is needed, preparing takes no time.
    return statistics.charge(seconds / .seconds(1), for: share)
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
