public import ResultRecords

/// A number of a result that a gate can watch, with the direction that is better.
public enum GateMetric: String, CaseIterable, Sendable {
  case mse
  case clippingMSE = "clipping_mse"
  case roundingMSE = "rounding_mse"
  case clippedFraction = "clipped_fraction"
  case sqnr = "sqnr_db"
  case maximumError = "max_abs_error"
  case cosine
  case optimalMSE = "optimal_mse"
  case regret

  /// Which way is better.
  public enum Direction: String, CaseIterable, Sendable {
    case lower
    case higher
  }

  /// The direction that is better unless a policy says otherwise.
  public var better: Direction {
    switch self {
    case .sqnr, .cosine: .higher
    default: .lower
    }
  }

  /// Whether a change reads best as a share of the value; of decibels it does not.
  public var isRelative: Bool {
    switch self {
    case .mse, .clippingMSE, .roundingMSE, .maximumError, .optimalMSE: true
    case .clippedFraction, .sqnr, .cosine, .regret: false
    }
  }

  /// The number in a record; none where the record does not have it.
  public func value(in record: ResultRecord) -> Double? {
    switch self {
    case .mse: record.metrics?.mse
    case .clippingMSE: record.metrics?.clippingMSE
    case .roundingMSE: record.metrics?.roundingMSE
    case .clippedFraction: record.metrics?.clippedFraction
    case .sqnr: record.metrics?.sqnrInDecibels
    case .maximumError: record.metrics?.maximumError
    case .cosine: record.metrics?.cosine
    case .optimalMSE: record.optimum?.mse
    case .regret: record.regret
    }
  }
}
