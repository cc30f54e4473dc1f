/// A histogram of magnitudes that grows to the right when a batch exceeds it.
///
/// The width of a bin is fixed by the first batch for ever: a later batch with a larger maximum
/// appends as many bins as it needs. So the answer depends on the order of the batches, and a
/// first batch of small values makes an enormous histogram.
struct GrowingHistogram {
  /// Whose way of counting.
  enum Method: Sendable {
    /// NVIDIA's with `torch.histc`.
    case torch
    /// NVIDIA's with `numpy.histogram`.
    case numpy
    /// ONNX Runtime's: with `numpy.histogram`, grown edges rounded to Float32 again.
    case numpyInFloat
  }

  private struct Form: Hashable {
    let bins: Int
    let method: Method
  }

  /// The counts of the bins.
  private(set) var counts: [Double]
  /// Where bins begin and end: one more than counts.
  private(set) var edges: [Double]

  /// The histogram of a statistic.
  static func of(
    _ statistics: BatchStatistics, bins: Int, _ method: Method
  ) throws(EstimationError) -> GrowingHistogram {
    try statistics.summary(Form(bins: bins, method: method)) { batches throws(EstimationError) in
      switch method {
      case .torch: try GrowingHistogram(torch: batches, bins: bins)
      case .numpy: try GrowingHistogram(numpy: batches, bins: bins, keepsFloat: false)
      case .numpyInFloat: try GrowingHistogram(numpy: batches, bins: bins, keepsFloat: true)
      }
    }
  }

  /// Counts batch by batch as NVIDIA's calibrator does with `torch.histc`: bins from zero.
  ///
  /// A batch beyond the end makes `ceil(max / width)` bins and the edges 0, width, 2 width, ...
  /// up to max + width.
  init(torch batches: [ArraySlice<Float>], bins: Int) throws(EstimationError) {
    (counts, edges) = ([], [])
    for batch in batches {
      let magnitudes = batch.map(\.magnitude)[...]
      let most = magnitudes.extremes.upper
      var needed = max(bins, counts.count)
      if edges.isEmpty {
        let step = most / Float(bins)
        edges = (0...bins).map {
          Double(2 * $0 < bins ? Float($0) * step : most - Float(bins - $0) * step)
        }
      } else if Double(most) > edges[edges.count - 1] {
        let width = Float(edges[1])
        needed = try Self.checkedCount(Double(most / width))
        let length = try Self.checkedCount(Double(most + width) / Double(width))
        edges = (0..<max(length, needed + 1)).map { Double(Float(Double($0) * Double(width))) }
      }
      let end = Float(edges[edges.count - 1])
      add(TorchBinning.counts(of: magnitudes, bins: needed, lower: 0, upper: end))
    }
  }

  /// Counts batch by batch as NVIDIA's and ONNX Runtime's calibrators do with `numpy.histogram`.
  ///
  /// The bins begin at the smallest magnitude of the first batch; smaller ones of later batches are
  /// left out. A batch beyond the end appends edges from end + width to max + width, which may be
  /// one bin more than needed.
  ///
  /// - Parameter keepsFloat: Whether grown edges are rounded to Float32 again (ONNX Runtime) or
  ///   stay Double (NVIDIA).
  init(
    numpy batches: [ArraySlice<Float>], bins: Int, keepsFloat: Bool
  ) throws(EstimationError) {
    (counts, edges) = ([], [])
    for batch in batches {
      let magnitudes = batch.map(\.magnitude)[...]
      let (least, most) = magnitudes.extremes
      if edges.isEmpty {
        edges = try NumpyBinning.edges(bins: bins, lower: least, upper: most)
      } else if Double(most) > edges[edges.count - 1] {
        try append(upTo: most, inFloat: keepsFloat || edges.count == bins + 1)
        if keepsFloat { edges = edges.map { Double(Float($0)) } }
      }
      add(NumpyBinning.counts(of: magnitudes, edges: edges))
    }
  }

  /// Appends edges as `numpy.arange` forms them: from two numbers, in the precision they have, by
  /// their difference in Double.
  private mutating func append(upTo most: Float, inFloat: Bool) throws(EstimationError) {
    let end = edges[edges.count - 1]
    var width = edges[1] - edges[0]
    var (start, stop) = (end + width, Double(most) + width)
    var second = start + width
    if inFloat {
      let narrow = Float(width)
      let first = Float(end) + narrow
      (width, start, second) = (Double(narrow), Double(first), Double(first + narrow))
      stop = Double(most + narrow)
    }
    let length = try Self.checkedCount((stop - start) / width)
    edges += (0..<length).map { start + Double($0) * (second - start) }
  }

  private mutating func add(_ batch: [Double]) {
    var sum = batch
    for index in counts.indices { sum[index] += counts[index] }
    counts = sum
  }

  private static func checkedCount(_ wanted: Double) throws(EstimationError) -> Int {
    guard wanted.rounded(.up) <= Double(PeerWork.mostBins) else {
      throw .notDefined(
        reason: "batches that grow this much: the bins of the first would be repeated beyond"
          + " \(PeerWork.mostBins)")
    }
    return max(0, Int(wanted.rounded(.up)))
  }
}
