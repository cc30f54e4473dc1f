internal import QuantizationCore
internal import RangeEstimation
internal import ResultRecords

/// What cells share, done once and timed, so that each is charged what it would take alone: the
/// statistic its estimator reads, and for a rule that picks the optimum the search that every regret
/// needs.
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
      let measured = first.key.split?.heldOut
      for grid in ordered {
        searching[grid] = try time(SampleStatistics.self, measured) {
          try evaluation.prepareOptimum(on: grid)
        }
      }
      for (grid, seconds) in zip(ordered, try evaluation.findOptima(on: ordered)) {
        searching[grid, default: 0] += searches.charge(
          seconds, for: Search(batches: measured, grid: grid))
      }
    }
    return try cells.map { cell in
      let (estimator, key) = (cell.estimator.estimator, cell.key)
      if type(of: estimator).descriptor.picksOptimum, key.split == nil,
        let seconds = searching[key.grid]
      {
        return seconds
      }
      return try read(for: estimator, on: key.grid, key.split?.calibration, &evaluation)
    }
  }

  /// The seconds of reading batches of the tensor into the statistic of an estimator.
  private mutating func read<Estimator: RangeEstimator>(
    for estimator: Estimator, on grid: CodeGrid, _ batches: BatchSet?,
    _ evaluation: inout Evaluation
  ) throws -> Double {
    try time(Estimator.Statistics.self, batches) {
      try evaluation.prepare(for: estimator, on: grid)
    }
  }

  /// The seconds of reading batches of the tensor into a statistic.
  private mutating func time<Statistics: LaneStatistics>(
    _ statistic: Statistics.Type, _ batches: BatchSet?, _ read: () throws -> Void
  ) throws -> Double {
    let seconds = try ContinuousClock().measure(read) / .seconds(1)
    // Once it is kept, or where none is needed, preparing takes no time.
    return statistics.charge(
      seconds, for: Share(batches: batches, statistic: ObjectIdentifier(statistic)))
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
