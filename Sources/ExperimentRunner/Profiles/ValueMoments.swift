internal import QuantizationKernels
internal import RangeEstimation
internal import ResultRecords

/// Extrema, sum and counts of the values of a tensor.
///
/// Sums are over chunks of the length that the shared kernel sums, wherever batches end, so they
/// have the same bits for any division into batches.
struct ValueSums: LaneStatistics {
  /// The smallest value; zero before any.
  private(set) var minimum: Float = 0
  /// The largest value; zero before any.
  private(set) var maximum: Float = 0
  /// The number of zeros, of either sign.
  private(set) var zeros = 0
  /// The number of values below zero.
  private(set) var negatives = 0
  private var sum = 0.0
  private var summed = 0
  /// Values that do not fill a chunk yet.
  private var pending: [Float] = []

  /// Sums of no values.
  init(shape: LaneShape) {}

  /// The number of values.
  var count: Int { summed + pending.count }

  /// The mean of at least one value.
  var mean: Double { sum / Double(count) }

  /// Whether there are two values that differ.
  var areSpread: Bool { minimum < maximum }

  /// Adds values.
  mutating func observe(_ values: Span<Float>) {
    var start = 0
    if !pending.isEmpty {
      start = min(Kernels.chunk - pending.count, values.count)
      keep(values.extracting(0..<start))
      guard pending.count == Kernels.chunk else { return }
      flush()
    }
    while values.count - start >= Kernels.chunk {
      add(values.extracting(start..<start + Kernels.chunk))
      start += Kernels.chunk
    }
    keep(values.extracting(start..<values.count))
  }

  /// Adds another's sums: rounding may then differ from that of one pass.
  mutating func merge(_ other: ValueSums) {
    flush()
    var other = other
    other.flush()
    guard other.summed > 0 else { return }
    minimum = summed == 0 ? other.minimum : min(minimum, other.minimum)
    maximum = summed == 0 ? other.maximum : max(maximum, other.maximum)
    summed += other.summed
    sum += other.sum
    zeros += other.zeros
    negatives += other.negatives
  }

  /// Adds what does not fill a chunk.
  mutating func seal() { flush() }

  private mutating func keep(_ values: Span<Float>) {
    values.withUnsafeBufferPointer { pending.append(contentsOf: $0) }
  }

  private mutating func flush() {
    let rest = pending
    pending.removeAll(keepingCapacity: true)
    add(rest.span)
  }

  private mutating func add(_ values: Span<Float>) {
    guard !values.isEmpty else { return }
    let extrema = Kernels.extrema(of: values)
    minimum = summed == 0 ? extrema.minimum : min(minimum, extrema.minimum)
    maximum = summed == 0 ? extrema.maximum : max(maximum, extrema.maximum)
    summed += values.count
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

/// How the values of a tensor are spread, once extrema and mean are known.
struct ValueSpread: ChunkMeasurement {
  /// Sums around the mean.
  private(set) var moments: CentralMoments
  private let lower: Double
  private let upper: Double
  private var bins: [UInt64]

  /// Nothing counted yet: as many bins as a histogram has, or one where all values are one number.
  init(_ sums: ValueSums) {
    moments = CentralMoments(mean: sums.mean)
    (lower, upper) = (Double(sums.minimum), Double(sums.maximum))
    bins = [UInt64](repeating: 0, count: sums.areSpread ? TensorProfile.Histogram.binCount : 1)
  }

  /// Adds a chunk.
  mutating func add(_ values: Span<Float>) {
    moments.add(values)
    if bins.count > 1 {
      Kernels.countHistogram(of: values, absolute: false, lower: lower, upper: upper, into: &bins)
    } else {
      bins[0] += UInt64(values.count)
    }
  }

  /// How the values are spread between the extrema.
  var histogram: TensorProfile.Histogram {
    TensorProfile.Histogram(lower: lower, upper: upper, counts: bins.map(Int.init))
  }
}
