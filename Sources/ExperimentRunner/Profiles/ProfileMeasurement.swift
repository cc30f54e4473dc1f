internal import QuantizationCore
internal import QuantizationKernels
internal import RangeEstimation
internal import ResultRecords

/// The measurements of a profile that need a second pass over all values.
///
/// Every sum is over chunks of the length that the shared kernel sums, wherever batches end, so the
/// division into batches does not affect a profile.
struct ProfileMeasurement {
  private let sums: ValueSums
  private let workers: Workers
  /// The spread of the values, and a measurement on each grid.
  private var parts: [any ChunkMeasurement]
  /// Values that do not fill a chunk yet.
  private var pending: [Float] = []

  /// Prepares the measurement of a tensor that is one lane; nil if it has no finite value.
  ///
  /// - Parameter evaluation: All batches of the tensor.
  /// - Throws: The errors of reading the tensor, which is read if statistics or optima are not
  ///   cached.
  init?(_ evaluation: inout Evaluation, on grids: [CodeGrid]) throws {
    sums = try evaluation.statistics(ValueSums.self)[0]
    guard sums.count > 0 else { return nil }
    workers = evaluation.workers
    let extrema = ClippingRange(Double(sums.minimum), Double(sums.maximum))
    parts = [ValueSpread(sums)]
    for grid in grids {
      let optimum = try evaluation.laneOptima(on: grid)
      parts.append(
        GridMeasurement(grid, from: extrema, around: optimum.map(MeasuredOptimum.init)))
    }
  }

  /// Measures the next values.
  mutating func add(_ values: [Float]) throws {
    pending += values
    try measure(pending.count / Kernels.chunk * Kernels.chunk)
  }

  /// The profile.
  ///
  /// - Parameter evaluation: The measured batches.
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

  /// Measures the first `count` pending values; each worker does one of the measurements.
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

/// A measurement that is computed chunk by chunk.
protocol ChunkMeasurement: Sendable {
  /// Measures the next chunk.
  mutating func add(_ values: Span<Float>)
}
