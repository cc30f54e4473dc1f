public import QuantizationCore
internal import RangeEstimation
public import ResultRecords

extension TensorProfile {
  /// Looks at a tensor, reading it for its sums and ranks, within the search for its optima, for what
  /// needs its extrema and mean, and once for each grid; grids are measured side by side.
  ///
  /// All batches are profiled together, and how the tensor falls into them does not show. What is
  /// kept does not grow with the tensor, but for the ranks of up to four million values.
  ///
  /// - Parameters:
  ///   - evaluation: The tensor as one lane; statistics it has are used, and those it lacks kept.
  ///   - tensor: Its name.
  ///   - shape: The extent of every axis.
  ///   - grids: The grids to try.
  /// - Returns: Nothing for a tensor without a finite value.
  /// - Throws: What reading the tensor throws.
  public init?(
    measuring evaluation: inout Evaluation, tensor: String, shape: [Int], on grids: [CodeGrid]
  ) throws {
    evaluation.select(nil)
    let chunks = ValueChunks(evaluation.batches)
    var sums = ValueSums()
    try chunks.forEach { sums.add($0) }
    guard sums.count > 0 else { return nil }
    let extrema = ClippingRange(Double(sums.minimum), Double(sums.maximum))
    let centres = try grids.map { try MeasuredOptimum(&evaluation, on: $0) }
    let spread = try ValueSpread(of: chunks, sums)
    let profiles = try evaluation.workers.map(grids.count) { index in
      var measurement = GridMeasurement(grids[index], from: extrema, around: centres[index])
      try chunks.forEach { measurement.add($0) }
      return measurement.profile
    }
    self.init(
      tensor: tensor, shape: shape, elements: sums.count, dropped: evaluation.dropped,
      statistics: Statistics(
        sums, spread.moments, tailMagnitude: try evaluation.magnitudes(percentile: 99.99)[0]),
      histogram: spread.histogram, grids: profiles)
  }
}

extension TensorProfile.Statistics {
  fileprivate init(_ sums: ValueSums, _ moments: CentralMoments, tailMagnitude: Double) {
    let nonZero = sums.count - sums.zeros
    self.init(
      minimum: Double(sums.minimum), maximum: Double(sums.maximum),
      // The sum of many equal values is not quite their number times one of them.
      mean: sums.areSpread ? sums.mean : Double(sums.minimum),
      standardDeviation: sums.areSpread ? moments.standardDeviation : 0,
      excessKurtosis: sums.areSpread ? moments.excessKurtosis : nil,
      zeroFraction: Double(sums.zeros) / Double(sums.count),
      negativeShare: nonZero > 0 ? Double(sums.negatives) / Double(nonZero) : nil,
      tailMagnitude: tailMagnitude)
  }
}
