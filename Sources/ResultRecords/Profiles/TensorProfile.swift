package import TensorIO
package import QuantizationCore

/// What a tensor looks like to a quantizer: its statistics, its distribution, and what clipping it
/// anywhere would cost.
///
/// Everything is of the whole tensor under one range, whatever granularity ranges are chosen at;
/// what estimators choose stands in records. Profiles of an experiment lie in `profiles.json`.
package struct TensorProfile: Codable, Hashable, Sendable {
  /// The name of the tensor.
  package let tensor: String
  /// The extent of every axis; of batches in files, with all their leading axes together.
  package let shape: [Int]
  /// The number of finite values: what everything else is about.
  package let elements: Int
  /// How many values are not finite and left out.
  package let dropped: Int
  /// Numbers that describe the values.
  package let statistics: Statistics
  /// How often which values occur.
  package let histogram: Histogram
  /// What each grid makes of the tensor.
  package let grids: [GridProfile]

  /// Creates a profile.
  package init(
    tensor: String, shape: [Int], elements: Int, dropped: Int, statistics: Statistics,
    histogram: Histogram, grids: [GridProfile]
  ) {
    self.tensor = tensor
    self.shape = shape
    self.elements = elements
    self.dropped = dropped
    self.statistics = statistics
    self.histogram = histogram
    self.grids = grids
  }

  /// What a grid makes of the tensor, if the profile knows.
  package func profile(on grid: CodeGrid) -> GridProfile? { grids.first { $0.grid == grid } }

  /// Numbers that describe at least one value.
  package struct Statistics: Codable, Hashable, Sendable {
    /// The smallest value.
    package let minimum: Double
    /// The largest value.
    package let maximum: Double
    /// The mean.
    package let mean: Double
    /// The standard deviation around the mean, divided by n.
    package let standardDeviation: Double
    /// The fourth central moment over the square of the second, minus 3: 0 for a Gaussian, 3 for
    /// a Laplace distribution; none where all values are the same.
    package let excessKurtosis: Double?
    /// The share of zeros.
    package let zeroFraction: Double
    /// The share of negative values among those that are not zero; none where all are.
    package let negativeShare: Double?
    /// The 99.99th percentile of magnitudes, as the estimator `percentile` finds it.
    package let tailMagnitude: Double

    /// Creates statistics.
    package init(
      minimum: Double, maximum: Double, mean: Double, standardDeviation: Double,
      excessKurtosis: Double?, zeroFraction: Double, negativeShare: Double?, tailMagnitude: Double
    ) {
      self.minimum = minimum
      self.maximum = maximum
      self.mean = mean
      self.standardDeviation = standardDeviation
      self.excessKurtosis = excessKurtosis
      self.zeroFraction = zeroFraction
      self.negativeShare = negativeShare
      self.tailMagnitude = tailMagnitude
    }

    /// The largest magnitude.
    package var largestMagnitude: Double { max(-minimum, maximum) }

    /// The largest magnitude over its 99.99th percentile; none where the percentile is zero.
    package var tailGap: Double? { tailMagnitude > 0 ? largestMagnitude / tailMagnitude : nil }

    private enum CodingKeys: String, CodingKey {
      case minimum, maximum, mean
      case standardDeviation = "standard_deviation"
      case excessKurtosis = "excess_kurtosis"
      case zeroFraction = "zero_fraction"
      case negativeShare = "negative_share"
      case tailMagnitude = "tail_magnitude"
    }
  }

  /// Counts of equal half-open bins over [lower, upper], `upper` in the last.
  ///
  /// A single bin without width where all values are the same.
  package struct Histogram: Codable, Hashable, Sendable {
    /// The number of bins of a tensor with at least two values that differ.
    package static let binCount = 240

    /// The smallest value.
    package let lower: Double
    /// The largest value.
    package let upper: Double
    /// The number of values in each bin, exactly.
    package let counts: [Int]

    /// Creates a histogram.
    package init(lower: Double, upper: Double, counts: [Int]) {
      self.lower = lower
      self.upper = upper
      self.counts = counts
    }

    /// Where bin `index` begins, and the one before it ends.
    package func edge(_ index: Int) -> Double {
      index == counts.count
        ? upper : lower + (upper - lower) * (Double(index) / Double(counts.count))
    }
  }
}

extension TensorProfile {
  /// What records of the tensor have as ``ResultRecord/Key/subjectName``.
  package var subjectName: ExactName { ExactName(Subject.tensor(tensor).description) }
}
