package import ResultRecords

/// How much worse a metric may be: a loss counts when it exceeds both limits.
///
/// The relative limit alone would misfire next to zero, the absolute one alone would depend on the
/// scale of the data.
package struct Tolerance: Hashable, Sendable {
  /// Which way is better.
  package var better: Metric.Direction
  /// The loss in the metric's own unit that does not count.
  package var absolute: Double
  /// The loss as a share of the baseline's value that does not count.
  package var relative: Double

  /// Creates a tolerance.
  package init(better: Metric.Direction, absolute: Double = 0, relative: Double = 0) {
    self.better = better
    self.absolute = absolute
    self.relative = relative
  }

  /// How a value stands to the baseline's.
  package enum Verdict: String, Sendable {
    case same
    case within
    case better
    case worse
  }

  /// Judges a value.
  ///
  /// What is not a number is worse than any number. An infinite value, such as the SQNR without
  /// error, is beyond every tolerance from a finite one.
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
