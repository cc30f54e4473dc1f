package import QuantizationCore
internal import QuantizationKernels
internal import RangeEstimation
package import ResultRecords

/// What one cell came to: a quantizer for each lane and the error of all of them together.
package struct CellOutcome: Sendable {
  /// The record for tables.
  package let record: ResultRecord
  /// The quantizer of each lane; empty where the cell was skipped or failed.
  package let parameters: [QuantizationParameters]

  /// The seconds that the cell would take alone, but for measuring: of the pass that measures many
  /// cells at once, its share.
  let seconds: Double

  /// What was decided and measured.
  ///
  /// A method without meaning here is a skipped record.
  ///
  /// - Parameters:
  ///   - decision: The quantizer of each lane, or why there is none.
  ///   - sums: The error of all lanes with these quantizers.
  ///   - dropped: How many values were left out.
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
    if let optimum, let problem = Self.contradiction(sums, optimum) {
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

  /// A cell of a tensor that cannot be read.
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

extension MetricValues {
  /// The metrics of ``Metric/Group/error`` that error sums come to.
  init(_ sums: ErrorSums) {
    self = [
      .mse: sums.mse, .clippingMSE: sums.clippingMSE, .roundingMSE: sums.roundingMSE,
      .clippedFraction: sums.clippedFraction, .sqnr: sums.sqnrInDecibels,
      .maximumError: sums.maximumError, .cosine: sums.cosine,
    ]
  }
}
