package import QuantizationCore
internal import QuantizationKernels
internal import RangeEstimation
package import ResultRecords

/// The result of one cell: a quantizer for each lane and the error of all lanes together.
package struct CellOutcome: Sendable {
  /// The record for tables.
  package let record: ResultRecord
  /// The quantizer of each lane; empty if the cell was skipped or failed.
  package let parameters: [QuantizationParameters]

  /// The seconds that the cell would take alone; measuring counts with the cell's share of the
  /// common pass.
  let seconds: Double

  /// Creates the outcome of a decision and its measurement.
  ///
  /// If the estimator is not defined here, the record is a skipped one.
  ///
  /// - Parameters:
  /// - decision: The quantizer of each lane, or the reason why there is none.
  ///   - sums: The error of all lanes with these quantizers.
  /// - dropped: The number of dropped values.
  init(
    key: ResultRecord.Key, lanes: Int,
    _ decision: Result<[QuantizationParameters], EstimationError>,
    sums: ErrorSums, optimum: CertifiedOptimum?, dropped: Int, seconds: Double
  ) {
    let parameters: [QuantizationParameters]
    switch decision {
    case .success(let found): parameters = found
    case .failure(let error):
      self.init(key: key, lanes: lanes, status: Self.status(of: error), seconds: seconds)
      return
    }
    if let problem = optimum?.contradiction(of: sums) {
      self.init(key: key, lanes: lanes, status: .failed(problem), seconds: seconds)
      return
    }
    let record = ResultRecord(
      key: key, elements: sums.count, lanes: lanes,
      parameters: parameters.count == 1 ? parameters[0] : nil,
      values: sums.count > 0 ? MetricValues(sums) : [:],
      status: parameters.allSatisfy { $0.condition == .degenerate } ? .degenerate : .ok,
      notes: Self.notes(parameters, dropped: dropped),
      optimum: optimum.map { ResultRecord.Optimum(mse: $0.mse, gap: $0.gap) })
    self.init(record: record, parameters: parameters, seconds: seconds)
  }

  /// The outcome of a cell whose tensor cannot be read.
  package init(key: ResultRecord.Key, failed reason: String) {
    self.init(key: key, lanes: 0, status: .failed(reason))
  }

  private init(
    key: ResultRecord.Key, lanes: Int, status: ResultRecord.Status, seconds: Double = 0
  ) {
    let record = ResultRecord(key: key, elements: 0, lanes: lanes, status: status)
    self.init(record: record, parameters: [], seconds: seconds)
  }

  private init(record: ResultRecord, parameters: [QuantizationParameters], seconds: Double) {
    self.record = record
    self.parameters = parameters
    self.seconds = seconds
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

extension MetricValues {
  /// Converts error sums to the metrics of ``Metric/Group/error``.
  init(_ sums: ErrorSums) {
    self = [
      .mse: sums.mse, .clippingMSE: sums.clippingMSE, .roundingMSE: sums.roundingMSE,
      .clippedFraction: sums.clippedFraction, .sqnr: sums.sqnrInDecibels,
      .maximumError: sums.maximumError, .cosine: sums.cosine,
    ]
  }
}
