internal import QuantizationCore
internal import NetworkEvaluation
internal import QuantizationKernels
internal import RangeEstimation
package import RangeFiles
package import ResultRecords
internal import TensorIO

/// A range that somebody chose for a tensor, measured on the values of the tensor.
package struct ScoredRange: Sendable {
  /// Which of the sets it is from.
  package let set: Int
  /// The range as it was given, with its error and regret.
  package let range: TensorRange
  /// The same as a row of a results table; the name of the set stands for the estimator.
  package let record: ResultRecord
  /// The certified best range for the same codes and lanes; nothing above 8 bits.
  package let best: TensorRange?
}

/// Ranges of one tensor that are to be measured.
struct RangeCandidate {
  /// Which of the sets it is from, and what that set is called.
  let set: (index: Int, name: String)
  /// The range.
  let range: TensorRange

  /// Measures ranges of one tensor beside the certified optima of their codes and lanes.
  ///
  /// Ranges with the same lanes share one reading of the tensor and its statistics.
  ///
  /// - Parameters:
  ///   - candidates: Ranges of one tensor.
  ///   - batches: The tensor, cut into lanes.
  /// - Throws: ``NetworkDataError`` where a range is for other lanes; what reading throws.
  static func scores(
    of candidates: [RangeCandidate], workers: Workers,
    _ batches: (Granularity) throws -> TensorBatches
  ) throws -> [ScoredRange] {
    var scores: [ScoredRange] = []
    var left = candidates
    while let granularity = left.first?.range.granularity {
      let alike = left.filter { $0.range.granularity == granularity }
      left.removeAll { $0.range.granularity == granularity }
      scores += try measured(alike, Evaluation(batches(granularity), workers: workers))
    }
    return scores
  }

  private static func measured(
    _ candidates: [RangeCandidate], _ evaluation: Evaluation
  ) throws -> [ScoredRange] {
    var evaluation = evaluation
    for candidate in candidates where candidate.range.scales.count != evaluation.laneCount {
      throw candidate.fault(
        "\(candidate.range.scales.count) scales; the tensor has \(evaluation.laneCount) lanes "
          + "(\(candidate.range.granularity))")
    }
    var grids: [CodeGrid] = []
    for candidate in candidates where !grids.contains(candidate.range.grid) {
      grids.append(candidate.range.grid)
    }
    let certified = grids.filter(\.bits.fitsByte)
    _ = try evaluation.prepare(
      certified.flatMap { evaluation.statistics(neededForOptimumOn: $0) })
    _ = try evaluation.findOptima(on: certified)
    var choices = candidates.map(\.range.parameters)
    var optima: [CodeGrid: Int] = [:]
    for grid in certified {
      guard let optimum = try evaluation.laneOptima(on: grid) else { continue }
      optima[grid] = choices.count
      choices.append(optimum.parameters)
    }
    let sums = try evaluation.errors(with: choices)
    for (grid, place) in optima { try evaluation.certify(on: grid, measured: sums[place]) }
    return try candidates.enumerated().map { place, candidate in
      let grid = candidate.range.grid
      return candidate.scored(
        sums[place], try grid.bits.fitsByte ? evaluation.optimum(on: grid) : nil,
        best: optima[grid].map { choices[$0] }, lanes: evaluation.laneCount)
    }
  }

  private func scored(
    _ sums: ErrorSums, _ optimum: CertifiedOptimum?, best: [QuantizationParameters]?, lanes: Int
  ) -> ScoredRange {
    let outcome = CellOutcome(
      key: ResultRecord.Key(
        tensor: range.name, estimator: set.name, grid: range.grid, granularity: range.granularity),
      lanes: lanes, .success(range.parameters), sums: sums, optimum: optimum, dropped: 0, seconds: 0
    )
    var range = range
    range.meanSquaredError = sums.mse
    range.regret = outcome.record.regret
    let better = best.map { parameters in
      TensorRange(
        name: range.name, kind: range.kind, shape: range.shape, granularity: range.granularity,
        grid: range.grid, estimator: "mse", scales: parameters.map(\.scale),
        zeroPoints: parameters.map(\.zeroPoint), meanSquaredError: optimum?.mse, regret: 0)
    }
    return ScoredRange(set: set.index, range: range, record: outcome.record, best: better)
  }

  /// What is wrong with the range, and where it stands.
  func fault(_ reason: String) -> NetworkDataError {
    NetworkDataError("\(set.name): '\(printable(range.name))': \(reason)")
  }
}
