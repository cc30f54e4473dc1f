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
  ///   - others: Statistics that are read along with those of the cells.
  /// - Throws: What reading the tensor throws.
  mutating func charge(
    _ cells: ArraySlice<CellRequest>, _ evaluation: inout Evaluation, includingOptima: Bool,
    and others: [any LaneStatistics.Type] = []
  ) throws -> [Double] {
    let split = cells.first?.key.split
    let grids = includingOptima ? Set(cells.lazy.map(\.key.grid).filter(\.bits.fitsByte)) : []
    let ordered = grids.sorted { ($0.bits, $0.family.gridName) < ($1.bits, $1.family.gridName) }
    let needed = cells.map {
      evaluation.statistics(neededFor: $0.estimator.estimator, on: $0.key.grid)
    }
    let reading = try evaluation.prepare(
      needed.flatMap { $0 } + ordered.flatMap { evaluation.statistics(neededForOptimumOn: $0) }
        + others)
    var searching: [CodeGrid: Double] = [:]
    for (grid, seconds) in zip(ordered, try evaluation.findOptima(on: ordered)) {
      searching[grid] = searches.charge(seconds, for: Search(batches: split?.heldOut, grid: grid))
    }
    return zip(cells, needed).map { cell, needed in
      // What was read before, or is not needed, took no time now.
      let seconds = needed.map { type in
        let statistic = ObjectIdentifier(type)
        return statistics.charge(
          reading[statistic] ?? 0, for: Share(batches: split?.calibration, statistic: statistic))
      }.reduce(0, +)
      let picksOptimum = cell.estimator.estimator.descriptor.picksOptimum && split == nil
      return seconds + (picksOptimum ? searching[cell.key.grid] ?? 0 : 0)
    }
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
