internal import QuantizationKernels
internal import ResultRecords

/// What one pass over a tensor tells of its values.
struct ValueSums {
  /// The number of values.
  private(set) var count = 0
  /// The smallest value; zero before any.
  private(set) var minimum: Float = 0
  /// The largest value; zero before any.
  private(set) var maximum: Float = 0
  /// The number of zeros, of either sign.
  private(set) var zeros = 0
  /// The number of values below zero.
  private(set) var negatives = 0
  private var sum = 0.0

  /// The mean of at least one value.
  var mean: Double { sum / Double(count) }

  /// Whether there are two values that differ.
  var areSpread: Bool { minimum < maximum }

  /// Adds a chunk.
  mutating func add(_ values: Span<Float>) {
    guard !values.isEmpty else { return }
    let extrema = Kernels.extrema(of: values)
    minimum = count == 0 ? extrema.minimum : min(minimum, extrema.minimum)
    maximum = count == 0 ? extrema.maximum : max(maximum, extrema.maximum)
    count += values.count
    var sums = SIMD8<Double>()
    var (zeros, negatives) = (0, 0)
    for index in values.indices {
      let value = values[index]
      sums[index & 7] += Double(value)
      zeros += value == 0 ? 1 : 0
      negatives += value < 0 ? 1 : 0
    }
    sum += sums.sum()
    self.zeros += zeros
    self.negatives += negatives
  }
}

/// Sums of powers of the distance from the mean, which a second pass adds up: differences of large
/// sums would lose the moments of values far from zero.
struct CentralMoments {
  private let mean: Double
  private var count = 0
  private var squares = 0.0
  private var fourthPowers = 0.0

  /// Moments around a mean.
  init(mean: Double) { self.mean = mean }

  /// The standard deviation, divided by n.
  var standardDeviation: Double { (squares / Double(count)).squareRoot() }

  /// The fourth moment over the square of the second, minus 3.
  var excessKurtosis: Double {
    let variance = squares / Double(count)
    return fourthPowers / Double(count) / (variance * variance) - 3
  }

  /// Adds a chunk.
  mutating func add(_ values: Span<Float>) {
    count += values.count
    var (seconds, fourths) = (SIMD8<Double>(), SIMD8<Double>())
    for index in values.indices {
      let distance = Double(values[index]) - mean
      let square = distance * distance
      seconds[index & 7] += square
      fourths[index & 7] += square * square
    }
    squares += seconds.sum()
    fourthPowers += fourths.sum()
  }
}

/// What a second pass tells, once extrema and mean are known.
struct ValueSpread {
  /// Sums around the mean.
  let moments: CentralMoments
  /// How the values are spread between the extrema: in one bin where all are one number.
  let histogram: TensorProfile.Histogram

  /// Reads all values.
  init(of chunks: ValueChunks, _ sums: ValueSums) throws {
    var moments = CentralMoments(mean: sums.mean)
    let (lower, upper) = (Double(sums.minimum), Double(sums.maximum))
    var bins = [UInt64](
      repeating: 0, count: sums.areSpread ? TensorProfile.Histogram.binCount : 1)
    try chunks.forEach { values in
      moments.add(values)
      if sums.areSpread {
        Kernels.countHistogram(
          of: values, absolute: false, lower: lower, upper: upper, into: &bins)
      } else {
        bins[0] += UInt64(values.count)
      }
    }
    self.moments = moments
    histogram = TensorProfile.Histogram(lower: lower, upper: upper, counts: bins.map(Int.init))
  }
}
