internal import QuantizationCore
internal import RangeEstimation
internal import ResultRecords

/// Measures the time of work that several cells share, and adds it to the time of each cell.
///
/// Such work is the statistic of an estimator, and the search for the optimum, which every regret
/// needs and which is the choice itself for an estimator that picks the optimum. Without this, the
/// first cell would be charged for all of it and the others for none.
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

  /// Does the shared work of cells and returns its seconds for each cell; work that was done
  /// earlier is charged again.
  ///
  /// - Parameters:
  ///   - cells: Cells with the same batches.
  /// - includingOptima: Whether every cell needs the certified optimum on its grid.
  /// - others: Further statistics to compute in the same pass.
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
      // A statistic that was cached, or is not needed, took no time now.
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

/// The seconds of a piece of work, charged to every cell that uses it.
package struct LongestTimes<Work: Hashable> {
  private var seconds: [Work: Double] = [:]

  /// Creates an empty record.
  package init() {}

  /// The longest time so far, including this one: a repetition finds the work cached and takes
  /// less.
  package mutating func charge(_ seconds: Double, for work: Work) -> Double {
    let longest = max(self.seconds[work] ?? 0, seconds)
    self.seconds[work] = longest
    return longest
  }
}
