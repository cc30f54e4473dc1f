internal import Foundation
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
  /// The range as it was given, with its error and regret; of an ``UnalignedRange`` its steps.
  package let range: TensorRange
  /// What the lowest code of each lane stands for, where zero lies between two codes; else nothing.
  package let lows: [Float]?
  /// The same as a row of a results table; the name of the set stands for the estimator.
  package let record: ResultRecord
  /// The certified best range for the same codes and lanes, with a zero point; nothing above 8 bits.
  package let best: TensorRange?
}

/// Ranges of one tensor that are to be measured.
struct RangeCandidate {
  /// Which of the sets it is from, and what that set is called.
  let set: (index: Int, name: String)
  /// The range, or the steps of one without a zero point.
  let range: TensorRange
  /// What the lowest code of each lane stands for, where there is no zero point; else nothing.
  var lows: [Float]?

  /// The codes of the best range that it is compared with.
  private var grid: CodeGrid {
    lows == nil ? range.grid : CodeGrid(.affineUnsigned, bits: range.grid.bits)
  }

  /// Measures ranges of one tensor beside the certified optima of their codes and lanes.
  ///
  /// Ranges with the same lanes share one reading of the tensor and its statistics.
  ///
  /// - Parameters:
  ///   - candidates: Ranges of one tensor.
  ///   - certifies: Whether the least error is found, too.
  ///   - batches: The tensor, cut into lanes.
  /// - Throws: ``NetworkDataError`` where a range is for other lanes; what reading throws.
  static func scores(
    of candidates: [RangeCandidate], workers: Workers, certifies: Bool,
    _ batches: (Granularity) throws -> TensorBatches
  ) throws -> [ScoredRange] {
    var scores: [ScoredRange] = []
    var left = candidates
    while let granularity = left.first?.range.granularity {
      let alike = left.filter { $0.range.granularity == granularity }
      left.removeAll { $0.range.granularity == granularity }
      scores += try measured(
        alike, Evaluation(batches(granularity), workers: workers), certifies: certifies)
    }
    return scores
  }

  private static func measured(
    _ candidates: [RangeCandidate], _ evaluation: Evaluation, certifies: Bool
  ) throws -> [ScoredRange] {
    var evaluation = evaluation
    for candidate in candidates where candidate.range.scales.count != evaluation.laneCount {
      throw candidate.fault(
        "\(candidate.range.scales.count) scales; the tensor has \(evaluation.laneCount) lanes "
          + "(\(candidate.range.granularity))")
    }
    var grids: [CodeGrid] = []
    for candidate in candidates where !grids.contains(candidate.grid) {
      grids.append(candidate.grid)
    }
    let certified = certifies ? grids.filter(\.bits.fitsByte) : []
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
      let optimum = try optima[candidate.grid] == nil ? nil : evaluation.optimum(on: candidate.grid)
      let best = optima[candidate.grid].map { choices[$0] }
      guard let lows = candidate.lows else {
        return candidate.scored(sums[place], optimum, best: best, lanes: evaluation.laneCount)
      }
      let shifted = try evaluation.errors(with: candidate.range.parameters, above: lows)
      return candidate.scored(
        above: lows, shifted, signal: sums[place].signal, optimum, best: best,
        lanes: evaluation.laneCount)
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
    return scored(outcome.record, optimum, best)
  }

  /// The score of a range without a zero point.
  ///
  /// - Parameters:
  ///   - sums: The errors on values from which the low ends are subtracted.
  ///   - signal: The sum of the squares of the values themselves.
  private func scored(
    above lows: [Float], _ sums: ErrorSums, signal: Double, _ optimum: CertifiedOptimum?,
    best: [QuantizationParameters]?, lanes: Int
  ) -> ScoredRange {
    let sqnr = sums.squaredError == 0 ? .infinity : 10 * log10(signal / sums.squaredError)
    let record = ResultRecord(
      key: ResultRecord.Key(
        tensor: range.name, estimator: set.name, grid: grid, granularity: range.granularity),
      elements: sums.count, lanes: lanes,
      values: [
        .mse: sums.mse, .clippingMSE: sums.clippingMSE, .roundingMSE: sums.roundingMSE,
        .clippedFraction: sums.clippedFraction, .sqnr: sqnr, .maximumError: sums.maximumError,
      ],
      status: .ok, notes: "zero lies between two codes",
      optimum: optimum.map { ResultRecord.Optimum(mse: $0.mse, gap: $0.gap) })
    return scored(record, optimum, best)
  }

  private func scored(
    _ record: ResultRecord, _ optimum: CertifiedOptimum?, _ best: [QuantizationParameters]?
  ) -> ScoredRange {
    var range = range
    range.meanSquaredError = record[.mse]
    range.regret = record.regret
    let better = best.map { parameters in
      TensorRange(
        name: range.name, kind: range.kind, shape: range.shape, granularity: range.granularity,
        grid: grid, estimator: "mse", scales: parameters.map(\.scale),
        zeroPoints: parameters.map(\.zeroPoint), meanSquaredError: optimum?.mse, regret: 0)
    }
    return ScoredRange(set: set.index, range: range, lows: lows, record: record, best: better)
  }

  /// What is wrong with the range, and where it stands.
  func fault(_ reason: String) -> NetworkDataError {
    NetworkDataError("\(set.name): '\(printable(range.name))': \(reason)")
  }
}
