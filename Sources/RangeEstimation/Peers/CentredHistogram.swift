/// A histogram of values over [-t, t] that grows by equal numbers of bins on both sides.
///
/// ```
/// s = 2 t / B;   a = floor((t' - t) / s) + 1;   t := t + a s;   B := B + 2 a
/// ```
///
/// where a batch reaches t' > t. All in Float32, as ONNX Runtime's collector computes. The answer
/// depends on the order of the batches.
struct CentredHistogram {
  /// The counts of the bins.
  private(set) var counts: [Double] = []
  /// Where bins begin and end: one more than counts.
  private(set) var edges: [Double] = []
  private var threshold: Float = 0

  /// The histogram of a statistic.
  static func of(
    _ statistics: BatchStatistics, bins: Int
  ) throws(EstimationError) -> CentredHistogram {
    try statistics.summary(bins) { batches throws(EstimationError) in
      try CentredHistogram(batches, bins: bins)
    }
  }

  /// Counts batch by batch.
  init(_ batches: [ArraySlice<Float>], bins: Int) throws(EstimationError) {
    counts = [Double](repeating: 0, count: bins)
    for batch in batches {
      let (least, most) = batch.extremes
      let reach = max(least.magnitude, most.magnitude)
      if edges.isEmpty || threshold == 0 {
        // Counts around a threshold of zero stay in their bins when the threshold moves.
        threshold = reach
      } else if reach > threshold {
        try grow(to: reach)
      }
      edges = try NumpyBinning.edges(bins: counts.count, lower: -threshold, upper: threshold)
      for (index, count) in NumpyBinning.counts(of: batch, edges: edges).enumerated() {
        counts[index] += count
      }
    }
  }

  private mutating func grow(to reach: Float) throws(EstimationError) {
    let width = 2 * threshold / Float(counts.count)
    let added = ((reach - threshold) / width).rounded(.down) + 1
    guard added <= Float(PeerWork.mostBins / 2) else {
      throw .notDefined(
        reason: "batches that grow this much: the bins of the first would be repeated beyond"
          + " \(PeerWork.mostBins)")
    }
    let more = [Double](repeating: 0, count: Int(added))
    counts = more + counts + more
    threshold += added * width
  }
}
