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
  ///   - calibration: The tensor, cut into lanes.
  ///   - key: Names of the combination, for the record.
  ///   - dropped: How many values were left out because they are not finite.
  public init<Source: LaneSource>(
    _ calibration: inout Calibration<Source>, _ estimator: NamedEstimator,
    key: ResultRecord.Key, lanes: Int, dropped: Int = 0
  ) {
    do {
      try self.init(
        measuring: &calibration, estimator, key: key, lanes: lanes, dropped: dropped)
    } catch {
      self.init(key: key, lanes: lanes, status: .failed("\(error)"))
    }
  }

  /// Estimates, quantizes and measures.
  ///
  /// A method without meaning here is a skipped record.
  ///
  /// - Throws: What reading the tensor throws.
  public init<Source: LaneSource>(
    measuring calibration: inout Calibration<Source>, _ estimator: NamedEstimator,
    key: ResultRecord.Key, lanes: Int, dropped: Int = 0
  ) throws {
    let parameters: [QuantizationParameters]
    do {
      parameters = try calibration.parameters(of: estimator.estimator, on: key.grid)
    } catch let error as EstimationError {
      self.init(key: key, lanes: lanes, status: Self.status(of: error))
      return
    }
    let sums = try calibration.error(with: parameters)
    let record = ResultRecord(
      key: key, elements: sums.count, lanes: lanes,
      parameters: parameters.count == 1 ? parameters[0] : nil,
      metrics: sums.count > 0 ? ResultRecord.Metrics(sums) : nil,
      status: parameters.allSatisfy { $0.condition == .degenerate } ? .degenerate : .ok,
      notes: Self.notes(parameters, dropped: dropped))
    self.init(record: record, parameters: parameters)
  }

  private init(key: ResultRecord.Key, lanes: Int, status: ResultRecord.Status) {
    let record = ResultRecord(key: key, elements: 0, lanes: lanes, status: status)
    self.init(record: record, parameters: [])
  }

  private init(record: ResultRecord, parameters: [QuantizationParameters]) {
    self.record = record
    self.parameters = parameters
  }

  private static func status(of error: EstimationError) -> ResultRecord.Status {
    if case .notDefined = error { return .skipped("\(error)") }
    return .failed("\(error)")
  }

  private static func notes(_ parameters: [QuantizationParameters], dropped: Int) -> String {
    var notes = dropped > 0 ? ["\(dropped) non-finite values skipped"] : []
    let conditions: [(QuantizationParameters.Condition, String)] = [
      (.degenerate, "degenerate"), (.scaleRaised, "scale raised to the least normal Float32"),
      (.scaleLowered, "scale lowered to the greatest Float32"),
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
