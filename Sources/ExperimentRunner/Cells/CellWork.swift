internal import QuantizationCore
internal import QuantizationKernels
package import RangeEstimation
package import ResultRecords

/// A cell to compute.
package struct CellRequest: Sendable {
  /// The estimator.
  package let estimator: NamedEstimator
  /// The key for the record, with the batches to use.
  package let key: ResultRecord.Key

  /// Creates a request; any estimator may be combined with any grid.
  package init(_ estimator: NamedEstimator, _ key: ResultRecord.Key) {
    (self.estimator, self.key) = (estimator, key)
  }
}

/// The cells of one tensor at one granularity.
///
/// They share its statistics, the search for the optimum of each grid, and the pass over the tensor
/// that measures all of them.
package struct CellWork {
  /// The tensor, cut into lanes.
  package var evaluation: Evaluation
  private let includingOptima: Bool
  private var shared = SharedWork()

  /// Prepares the work; it reads nothing yet.
  ///
  /// - Parameter includingOptima: Whether to find the certified optima too, which regret needs.
  package init(_ evaluation: Evaluation, includingOptima: Bool = true) {
    self.evaluation = evaluation
    self.includingOptima = includingOptima
  }

  /// Splits consecutive cells with the same batches into parts, so that the quantizers of many
  /// lanes fit in memory and a killed run loses little.
  ///
  /// Each part reads the tensor once to measure its cells, so parts are large if reading the tensor
  /// is slow.
  func parts(of cells: [CellRequest]) -> [ArraySlice<CellRequest>] {
    let isLong = evaluation.elementCount > SampleStatistics.exactCapacity
    let most = min(isLong ? 256 : 32, max(1, Self.heldQuantizers / max(1, evaluation.laneCount)))
    var parts: [ArraySlice<CellRequest>] = []
    for (index, cell) in cells.enumerated() {
      if let last = parts.last, last.count < most, last.first?.key.split == cell.key.split {
        parts[parts.count - 1] = cells[last.startIndex...index]
      } else {
        parts.append(cells[index...index])
      }
    }
    return parts
  }

  /// The number of lanes whose quantizers are held at once: about 40 MB.
  private static let heldQuantizers = 1 << 20

  /// Estimates, quantizes and measures.
  ///
  /// - Returns: An outcome for each cell, in order.
  /// - Throws: What reading the tensor throws.
  package mutating func outcomes(of cells: [CellRequest]) throws -> [CellOutcome] {
    try parts(of: cells).flatMap { try outcomes(ofPart: $0).cells }
  }

  /// Computes cells with the same batches, and the profile of the tensor, in the same two passes
  /// over it.
  ///
  /// - Parameter request: The profile to compute, if any. The tensor must be one lane, and its
  ///   cells must use all batches.
  mutating func outcomes(
    ofPart cells: ArraySlice<CellRequest>, profiling request: ProfileRequest? = nil
  ) throws -> (cells: [CellOutcome], profile: TensorProfile?) {
    evaluation.select(cells.first?.key.split)
    let charges = try shared.charge(
      cells, &evaluation, includingOptima: includingOptima,
      and: request == nil ? [] : TensorProfile.statistics)
    let decisions = try decisions(of: cells)
    var profile = try request.flatMap { try ProfileMeasurement(&evaluation, on: $0.grids) }
    var choices = Choices()
    let places = decisions.map { decision in (try? decision.found.get()).map { choices.add($0) } }
    let grids = includingOptima ? Set(cells.map(\.key.grid)) : []
    var optima: [CodeGrid: Int] = [:]
    for grid in grids {
      guard let optimum = try evaluation.laneOptima(on: grid), !optimum.isMeasured else { continue }
      optima[grid] = choices.add(optimum.parameters)
    }
    let start = ContinuousClock.now
    var profiling = Duration.zero
    let sums =
      profile == nil
      ? try evaluation.errors(with: choices.distinct)
      : try evaluation.errors(with: choices.distinct) { values in
        profiling += try ContinuousClock().measure { try profile?.add(values) }
      }
    let measuring = ContinuousClock.now - start - profiling
    let share = measuring / .seconds(1) / Double(max(1, sums.count))
    for (grid, place) in optima { try evaluation.certify(on: grid, measured: sums[place]) }
    let outcomes = try cells.indices.map { index in
      let (cell, place) = (cells[index], index - cells.startIndex)
      return CellOutcome(
        key: cell.key, lanes: evaluation.laneCount, decisions[place].found,
        sums: places[place].map { sums[$0] } ?? ErrorSums(),
        optimum: includingOptima ? try evaluation.optimum(on: cell.key.grid) : nil,
        dropped: evaluation.dropped,
        seconds: charges[place] + decisions[place].seconds + share)
    }
    let measured = try request.flatMap {
      try profile?.profile(&evaluation, tensor: $0.tensor.name, shape: $0.tensor.layout.shape)
    }
    return (outcomes, measured)
  }

  private typealias Decision = (
    found: Result<[QuantizationParameters], EstimationError>, seconds: Double
  )

  /// The quantizers that the estimators choose; several estimators run at once.
  private func decisions(of cells: ArraySlice<CellRequest>) throws -> [Decision] {
    // The statistics are cached by now: copies of the evaluation share them.
    let prepared = evaluation
    return try evaluation.workers.map(cells.count) { place in
      let cell = cells[cells.startIndex + place]
      var own = prepared
      let start = ContinuousClock.now
      let found: Result<[QuantizationParameters], EstimationError>
      do {
        found = .success(try own.parameters(of: cell.estimator.estimator, on: cell.key.grid))
      } catch let error as EstimationError {
        found = .failure(error)
      }
      return (found, (ContinuousClock.now - start) / .seconds(1))
    }
  }
}

/// The choices of quantizers to measure; each distinct choice is measured once.
private struct Choices {
  private(set) var distinct: [[QuantizationParameters]] = []

  /// The index of a choice, which is added if it is new.
  ///
  /// A comparison mostly ends at the first lane, because distinct choices mostly differ there.
  mutating func add(_ parameters: [QuantizationParameters]) -> Int {
    if let known = distinct.firstIndex(of: parameters) { return known }
    distinct.append(parameters)
    return distinct.count - 1
  }
}
