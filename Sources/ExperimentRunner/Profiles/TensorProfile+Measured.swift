public import QuantizationCore
internal import QuantizationKernels
internal import RangeEstimation
public import ResultRecords

extension TensorProfile {
  /// Looks at a tensor, reading it three times: for its sums and ranks, for what needs its extrema
  /// and mean, and within the search for its optima.
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
    var optima = try grids.map { try MeasuredOptimum(&evaluation, on: $0) }
    var counts = grids.map { CodeCounts(QuantizationParameters(covering: extrema, on: $0)) }
    var scans = zip(grids, optima).map { grid, optimum in
      ClipScan(
        from: extrema,
        around: optimum?.parameters ?? QuantizationParameters(covering: extrema, on: grid))
    }
    var moments = CentralMoments(mean: sums.mean)
    var bins = [UInt64](repeating: 0, count: sums.areSpread ? Histogram.binCount : 1)
    try chunks.forEach { values in
      moments.add(values)
      if sums.areSpread {
        Kernels.countHistogram(
          of: values, absolute: false, lower: Double(sums.minimum), upper: Double(sums.maximum),
          into: &bins)
      } else {
        bins[0] += UInt64(values.count)
      }
      for index in grids.indices {
        counts[index].add(values)
        scans[index].add(values)
        optima[index]?.add(values)
      }
    }
    self.init(
      tensor: tensor, shape: shape, elements: sums.count, dropped: evaluation.dropped,
      statistics: Statistics(
        sums, moments, tailMagnitude: try evaluation.magnitudes(percentile: 99.99)[0]),
      histogram: Histogram(
        lower: Double(sums.minimum), upper: Double(sums.maximum), counts: bins.map(Int.init)),
      grids: grids.indices.map { index in
        GridProfile(
          grid: grids[index], levelsUsed: counts[index].used,
          effectiveLevels: counts[index].effective, curve: scans[index].curve,
          optimum: optima[index]?.optimum)
      })
  }
}

/// The best quantizer on a grid, measured again chunk by chunk: the sum that others have formed
/// batch by batch may show how the tensor falls into batches.
private struct MeasuredOptimum {
  let parameters: QuantizationParameters
  private let gap: Double
  private var sums = ErrorSums()

  init?(_ evaluation: inout Evaluation, on grid: CodeGrid) throws {
    guard let optimum = try evaluation.optimum(on: grid) else { return nil }
    let estimator = MeanSquaredErrorEstimator(
      try EstimatorArguments([:], for: MeanSquaredErrorEstimator.descriptor))
    parameters = try evaluation.parameters(of: estimator, on: grid)[0]
    gap = optimum.gap
  }

  mutating func add(_ values: Span<Float>) {
    sums.merge(Kernels.measureError(of: values, with: parameters))
  }

  var optimum: TensorProfile.Optimum {
    TensorProfile.Optimum(
      scale: Double(parameters.scale), zeroPoint: parameters.zeroPoint, mse: sums.mse,
      lowerBound: sums.mse * (1 - gap))
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
