/// Equal bins as `torch.histc` counts them.
enum TorchBinning {
  /// Counts values from `lower` to `upper`; values outside are left out.
  ///
  /// The bin is `Int((x - lower) * bins / (upper - lower))`, every step in Float32; `upper` itself
  /// falls into the last bin. Bounds that are equal are replaced by the extremes of the values,
  /// and extremes that are equal are moved apart by one to each side.
  static func counts(
    of values: ArraySlice<Float>, bins: Int, lower: Float, upper: Float
  ) -> [Double] {
    var (lower, upper) = (lower, upper)
    if lower == upper { (lower, upper) = values.extremes }
    if lower == upper { (lower, upper) = (lower - 1, upper + 1) }
    var counts = [Double](repeating: 0, count: bins)
    let (factor, width) = (Float(bins), upper - lower)
    for value in values where value >= lower && value <= upper {
      // Values near the end of Float32 overflow here; the library then has no bin for them.
      let place = (value - lower) * factor / width
      if place <= factor { counts[min(Int(place), bins - 1)] += 1 }
    }
    return counts
  }
}

/// Bins as `numpy.histogram` counts them: by their edges, the last bin closed.
enum NumpyBinning {
  /// The edges of equal bins in Float32 arithmetic, as `numpy.linspace` forms them.
  ///
  /// - Throws: ``EstimationError/notDefined(reason:)`` where neighbouring edges would be equal.
  static func edges(
    bins: Int, lower: Float, upper: Float
  ) throws(EstimationError) -> [Double] {
    var (lower, upper) = (lower, upper)
    if lower == upper { (lower, upper) = (lower - 0.5, upper + 0.5) }
    let step = (upper - lower) / Float(bins)
    var edges = (0...bins).map { Double(Float($0) * step + lower) }
    edges[bins] = Double(upper)
    guard zip(edges, edges.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw .notDefined(reason: "\(bins) bins: numpy finds too many bins for the data range")
    }
    return edges
  }

  /// Counts values between ascending, nearly equidistant edges; values outside are left out.
  static func counts(of values: ArraySlice<Float>, edges: [Double]) -> [Double] {
    let bins = edges.count - 1
    let (first, last) = (edges[0], edges[bins])
    var counts = [Double](repeating: 0, count: bins)
    let perUnit = Double(bins) / (last - first)
    for value in values.lazy.map(Double.init) where value >= first && value <= last {
      var index = min(Int((value - first) * perUnit), bins - 1)
      while value < edges[index] { index -= 1 }
      while index < bins - 1 && value >= edges[index + 1] { index += 1 }
      counts[index] += 1
    }
    return counts
  }
}

/// Limits on what is replayed.
enum PeerWork {
  /// The most bins a histogram may grow to; a library that goes on needs hours from there.
  static let mostBins = 1 << 20

  /// Refuses searches that would take many seconds.
  static func check(candidates: Int, each cost: Int) throws(EstimationError) {
    guard candidates * cost <= 1 << 30 else {
      throw .notDefined(reason: "\(candidates) candidates of \(cost) levels: too many to try")
    }
  }
}

extension ArraySlice<Float> {
  /// The smallest and the largest of at least one value.
  var extremes: (lower: Float, upper: Float) {
    var (lower, upper) = (self[startIndex], self[startIndex])
    for value in self {
      if value < lower { lower = value }
      if value > upper { upper = value }
    }
    return (lower, upper)
  }
}
