internal import QuantizationCore
internal import QuantizationKernels
internal import RangeEstimation
internal import ResultRecords

/// What a profile tells of a tensor beyond its statistics, fed with all values once.
///
/// Every sum is over chunks of the length that the shared kernel sums, wherever batches end: how the
/// tensor falls into batches does not affect a profile.
struct ProfileMeasurement {
  private let sums: ValueSums
  private let workers: Workers
  /// The spread of the values, and a measurement on each grid.
  private var parts: [any ChunkMeasurement]
  /// Values that do not fill a chunk yet.
  private var pending: [Float] = []

  /// Prepares the measurement of a tensor that is one lane; nothing where it has no finite value.
  ///
  /// - Parameter evaluation: All batches of the tensor.
  /// - Throws: What reading the tensor throws, where statistics or optima are not known yet.
  init?(_ evaluation: inout Evaluation, on grids: [CodeGrid]) throws {
    sums = try evaluation.statistics(ValueSums.self)[0]
    guard sums.count > 0 else { return nil }
    workers = evaluation.workers
    let extrema = ClippingRange(Double(sums.minimum), Double(sums.maximum))
    parts = [ValueSpread(sums)]
    for grid in grids {
      let optimum = try evaluation.optimalQuantizers(on: grid)
      parts.append(
        GridMeasurement(grid, from: extrema, around: optimum.map(MeasuredOptimum.init)))
    }
  }

  /// Measures the next values.
  mutating func add(_ values: [Float]) throws {
    pending += values
    try measure(pending.count / Kernels.chunk * Kernels.chunk)
  }

  /// What was measured.
  ///
  /// - Parameter evaluation: The batches that were measured.
  mutating func profile(
    _ evaluation: inout Evaluation, tensor: String, shape: [Int]
  ) throws -> TensorProfile? {
    try measure(pending.count)
    guard let spread = parts[0] as? ValueSpread else { return nil }
    return TensorProfile(
      tensor: tensor, shape: shape, elements: sums.count, dropped: evaluation.dropped,
      statistics: TensorProfile.Statistics(
        sums, spread.moments, tailMagnitude: try evaluation.magnitudes(percentile: 99.99)[0]),
      histogram: spread.histogram, grids: parts.compactMap { ($0 as? GridMeasurement)?.profile })
  }

  /// Measures so many of the values that are pending, each part by one worker.
  private mutating func measure(_ count: Int) throws {
    guard count > 0 else { return }
    let (values, before) = (pending, parts)
    parts = try workers.map(parts.count) { index in
      var part = before[index]
      for start in stride(from: 0, to: count, by: Kernels.chunk) {
        part.add(values.span.extracting(start..<min(start + Kernels.chunk, count)))
      }
      return part
    }
    pending.removeFirst(count)
  }
}

/// Something that is measured chunk by chunk.
protocol ChunkMeasurement: Sendable {
  /// Measures the next chunk.
  mutating func add(_ values: Span<Float>)
}
