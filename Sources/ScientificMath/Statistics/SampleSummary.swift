internal import CGSL

/// The centre of a sample.
public struct SampleSummary: Equatable, Sendable {
  /// How many values there are.
  public let count: Int
  /// The arithmetic mean.
  public let mean: Double
  /// The middle value, or the mean of the two in the middle.
  public let median: Double

  /// Summarizes a sample; an empty one has no centre.
  public init?(_ sample: [Double]) {
    guard !sample.isEmpty else { return nil }
    count = sample.count
    mean = gsl_stats_mean(sample, 1, sample.count)
    let sorted = sample.sorted()
    median = gsl_stats_median_from_sorted_data(sorted, 1, sorted.count)
  }
}
