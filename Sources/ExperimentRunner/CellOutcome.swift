public import QuantizationCore
internal import QuantizationKernels
public import RangeEstimation
public import ResultRecords

/// What one cell came to: a quantizer for each lane and the error of all of them together.
public struct CellOutcome: Sendable {
  /// The record for tables.
  public let record: ResultRecord
  /// The quantizer of each lane; empty where the cell was skipped or failed.
  public let parameters: [QuantizationParameters]

  /// Estimates, quantizes and measures.
  ///
  /// What goes wrong becomes the status of the record.
  ///
  /// - Parameters:
  ///   - evaluation: The tensor, cut into lanes.
  ///   - key: Names of the combination, for the record, and the batches to use.
  ///   - includingOptimum: Whether the certified optimum is found too, for the regret.
  public init(
    _ evaluation: inout Evaluation, _ estimator: NamedEstimator, key: ResultRecord.Key,
    includingOptimum: Bool = true
  ) {
    do {
      try self.init(
        measuring: &evaluation, estimator, key: key, includingOptimum: includingOptimum)
    } catch {
      self.init(key: key, lanes: evaluation.laneCount, status: .failed("\(error)"))
    }
  }

  /// Estimates, quantizes and measures.
  ///
  /// A method without meaning here is a skipped record.
  ///
  /// - Throws: What reading the tensor throws.
  public init(
    measuring evaluation: inout Evaluation, _ estimator: NamedEstimator, key: ResultRecord.Key,
    includingOptimum: Bool = true
  ) throws {
    evaluation.select(key.split)
    let lanes = evaluation.laneCount
    let parameters: [QuantizationParameters]
    do {
      parameters = try evaluation.parameters(of: estimator.estimator, on: key.grid)
    } catch let error as EstimationError {
      self.init(key: key, lanes: lanes, status: Self.status(of: error))
      return
    }
    let sums = try evaluation.error(with: parameters)
    let optimum = includingOptimum ? try evaluation.optimum(on: key.grid) : nil
    if let optimum, let problem = Self.contradiction(sums, optimum) {
      self.init(key: key, lanes: lanes, status: .failed(problem))
      return
    }
    let record = ResultRecord(
      key: key, elements: sums.count, lanes: lanes,
      parameters: parameters.count == 1 ? parameters[0] : nil,
      metrics: sums.count > 0 ? ResultRecord.Metrics(sums) : nil,
      status: parameters.allSatisfy { $0.condition == .degenerate } ? .degenerate : .ok,
      notes: Self.notes(parameters, dropped: evaluation.dropped),
      optimum: optimum.map { ResultRecord.Optimum(mse: $0.mse, gap: $0.gap) })
    self.init(record: record, parameters: parameters)
  }

  /// A cell of a tensor that cannot be read.
  public init(key: ResultRecord.Key, failed reason: String) {
    self.init(key: key, lanes: 0, status: .failed(reason))
  }

  private init(key: ResultRecord.Key, lanes: Int, status: ResultRecord.Status) {
    let record = ResultRecord(key: key, elements: 0, lanes: lanes, status: status)
    self.init(record: record, parameters: [])
  }

  private init(record: ResultRecord, parameters: [QuantizationParameters]) {
    self.record = record
    self.parameters = parameters
  }

  /// An error below what the certificate proves possible is an error of ours.
  ///
  /// The proof is about real arithmetic. In Float32 each level and each difference is off by up to
  /// 2^-24 of itself, which moves the root of the mean squared error by at most 2^-23 of the root
  /// of the mean square of the values; both sides of the comparison are measured so.
  private static func contradiction(_ sums: ErrorSums, _ optimum: CertifiedOptimum) -> String? {
    let possible = (optimum.mse * (1 - optimum.gap)).squareRoot()
    let rounding = 0x1p-22 * (sums.signal / Double(sums.count)).squareRoot()
    guard sums.mse.squareRoot() < possible - rounding else { return nil }
    return "mse \(sums.mse) is below the certified optimum \(optimum.mse)"
  }

  private static func status(of error: EstimationError) -> ResultRecord.Status {
    if case .notDefined = error { return .skipped("\(error)") }
    return .failed("\(error)")
  }

  private static func notes(_ parameters: [QuantizationParameters], dropped: Int) -> String {
    var notes = dropped > 0 ? ["\(dropped) non-finite values skipped"] : []
    let conditions: [(QuantizationParameters.Condition, String)] = [
      (.degenerate, "degenerate"), (.scaleRaised, "scale raised to the least normal Float32"),
      (.scaleLowered, "scale lowered so that no value becomes infinite"),
    ]
    for (condition, text) in conditions {
      let count = parameters.count { $0.condition == condition }
      if parameters.count > 1 && count > 0 {
        notes.append("\(count) of \(parameters.count) lanes \(text)")
      } else if count > 0 && condition != .degenerate {
        notes.append(text)
      }
    }
    return notes.joined(separator: "; ")
  }
}

extension ResultRecord.Metrics {
  /// The metrics of measured error sums.
  init(_ sums: ErrorSums) {
    self.init(
      mse: sums.mse, clippingMSE: sums.clippingMSE, roundingMSE: sums.roundingMSE,
      clippedFraction: sums.clippedFraction, sqnrInDecibels: sums.sqnrInDecibels,
      maximumError: sums.maximumError, cosine: sums.cosine)
  }
}
