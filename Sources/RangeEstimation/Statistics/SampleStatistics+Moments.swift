/// Moments of a sample, from the running sums it keeps anyway: O(1).
extension SampleStatistics {
  /// The mean of x.
  public var mean: Double { (totals.above.sum - totals.below.sum) / Double(count) }

  /// The mean of |x|.
  public var meanMagnitude: Double { (totals.above.sum + totals.below.sum) / Double(count) }

  /// The root of the mean of x^2.
  public var rootMeanSquare: Double { (energy / Double(count)).squareRoot() }

  /// The standard deviation around the mean, divided by n.
  public var standardDeviation: Double {
    max(0, energy / Double(count) - mean * mean).squareRoot()
  }

  /// Whether no value lies below zero.
  public var isOneSided: Bool { totals.below.count == 0 }
}
