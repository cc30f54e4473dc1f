package import ResultRecords

/// The loss of a metric that a gate accepts; a loss counts if it exceeds both limits.
///
/// A relative limit alone would be too strict near zero, and an absolute one alone would depend on
/// the scale of the data.
package struct Tolerance: Hashable, Sendable {
  /// The direction in which the metric improves.
  package var better: Metric.Direction
  /// The accepted loss in the unit of the metric.
  package var absolute: Double
  /// The accepted loss as a share of the baseline's value.
  package var relative: Double

  /// Creates a tolerance.
  package init(better: Metric.Direction, absolute: Double = 0, relative: Double = 0) {
    self.better = better
    self.absolute = absolute
    self.relative = relative
  }

  /// The comparison of a value with the baseline's.
  package enum Verdict: String, Sendable {
    case same
    case within
    case better
    case worse
  }

  /// Compares a value with the baseline's.
  ///
  /// A NaN is worse than any number. From a finite value to an infinite one, such as the SQNR
  /// without error, every tolerance is exceeded.
  package func verdict(_ value: Double, baseline: Double) -> Verdict {
    if value == baseline || (value.isNaN && baseline.isNaN) { return .same }
    guard !value.isNaN else { return .worse }
    guard !baseline.isNaN else { return .better }
    let loss = better == .lower ? value - baseline : baseline - value
    let counts =
      loss.isInfinite || (abs(loss) > absolute && abs(loss) > relative * abs(baseline))
    guard counts else { return .within }
    return loss > 0 ? .worse : .better
  }
}
