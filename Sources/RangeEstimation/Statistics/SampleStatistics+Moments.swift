/// Moments of a sealed sample of n values, from sums that it has already: O(1).
extension SampleStatistics {
  /// The mean of x.
  public var mean: Double { (totals.above.sum - totals.below.sum) / Double(count) }

  /// The mean of |x|.
  public var meanMagnitude: Double { (totals.above.sum + totals.below.sum) / Double(count) }

  /// The square root of the mean of x^2.
  public var rootMeanSquare: Double { (energy / Double(count)).squareRoot() }

  /// The standard deviation around the mean, with the divisor n: `sqrt(sum (x - mean)^2 / n)`.
  public var standardDeviation: Double {
    max(0, energy / Double(count) - mean * mean).squareRoot()
  }

  /// Whether no value is below zero.
  public var isOneSided: Bool { totals.below.count == 0 }
}
